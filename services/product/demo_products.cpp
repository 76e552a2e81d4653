#include "services/product/demo_products.hpp"

#include <array>

namespace product {

namespace {

constexpr auto shelf = std::to_array<DemoProduct>({
    {1, "SOCK-DOOM-001", "Socks of Doom", "12.99", 250,
     "Black wool, red heel. Wear them on the first day of the sprint and no other."},
    {2, "CAPE-MILD-CONC-002", "Cape of Mild Concern", "49.00", 80,
     "Billows when someone says \"quick question\". Machine washable."},
    {3, "HAT-SECO-THOU-003", "Hat of Second Thoughts", "24.50", 120,
     "A wide brim to pull down before pressing Deploy."},
    {4, "GLOV-STEA-HAND-004", "Gloves of Steady Hands", "18.75", 140,
     "Thin enough to type in, warm enough for the server room."},
    {5, "SCAR-LONG-WINT-005", "Scarf of Long Winters", "29.90", 90, "Two metres of lambswool in uptime green."},
    {6, "SLIP-REMO-WORK-006", "Slippers of Remote Work", "34.00", 110, "Felt soles. Silent on calls."},
    {7, "BOOT-ONCA-007", "Boots of the On-Call", "119.00", 40,
     "Waterproof, reflective, and quick to put on at three in the morning."},
    {8, "BELT-CARR-008", "Belt of Carrying", "22.00", 75, "Six loops, one for each thing you said you would bring."},
    {9, "UMBR-OPTI-009", "Umbrella of Optimism", "27.95", 100,
     "Opens by itself when the forecast is only probably fine."},
    {10, "RAIN-REAL-010", "Raincoat of Realism", "79.50", 60, "For when the umbrella was wrong."},
    {11, "MUG-ENDL-REFI-011", "Mug of Endless Refill", "11.50", 300,
     "Half a litre of stoneware. The refill is up to you."},
    {12, "TEAP-PATI-012", "Teapot of Patience", "38.00", 55, "Pours after four minutes, not before."},
    {13, "KETT-URGE-013", "Kettle of Urgency", "64.90", 45, "Boils a litre in ninety seconds."},
    {14, "THER-FORE-014", "Thermos of Foresight", "26.00", 130, "Still warm at the end of the meeting."},
    {15, "LUNC-DISC-015", "Lunchbox of Discipline", "19.90", 95, "Three compartments, all of them closed until noon."},
    {16, "SPOO-DEST-016", "Spoon of Destiny", "6.40", 400, "Steel. There is one."},
    {17, "APRO-BOLD-CLAI-017", "Apron of Bold Claims", "21.00", 85, "\"It was in the recipe.\""},
    {18, "BREA-PROT-018", "Breadboard of Prototypes", "32.00", 70,
     "Beech on one side, 830 contact points on the other."},
    {19, "KNIF-OCCA-019", "Knife of Occam", "58.00", 50, "Removes everything that is not needed."},
    {20, "SALT-EART-020", "Salt of the Earth", "4.90", 500, "Coarse, from a very ordinary sea."},
    {21, "NOTE-UNRE-IDEA-021", "Notebook of Unread Ideas", "9.80", 350, "160 dotted pages and a ribbon."},
    {22, "PEN-FINA-ANSW-022", "Pen of Final Answers", "14.20", 220, "Permanent ink. Think first."},
    {23, "PENC-MAYB-023", "Pencil of Maybe", "2.10", 900, "Graphite, with an eraser at the end that matters."},
    {24, "RULE-SMAL-KING-024", "Ruler of Small Kingdoms", "5.60", 260, "Thirty centimetres of undisputed authority."},
    {25, "LAMP-LATE-NIGH-025", "Lamp of Late Nights", "44.00", 65, "Warm light, a heavy foot, no blue after ten."},
    {26, "CHAI-GOOD-POST-026", "Chair of Good Posture", "249.00", 20, "Forgives nothing."},
    {27, "DESK-SUFF-SIZE-027", "Desk of Sufficient Size", "399.00", 12, "Oak. Fits one project and one cat."},
    {28, "CUSH-COMP-028", "Cushion of Compromise", "17.30", 150,
     "Neither too soft nor too firm; nobody is entirely happy."},
    {29, "BLAN-PLAU-COVE-029", "Blanket of Plausible Cover", "36.80", 88, "Wool, for sofas and for explanations."},
    {30, "CAND-STAN-POWE-030", "Candle of Standby Power", "13.00", 180, "Burns for forty hours without a charger."},
    {31, "CLOC-HONE-ESTI-031", "Clock of Honest Estimates", "42.00", 60, "Runs exactly as fast as time does."},
    {32, "HOUR-DEAD-032", "Hourglass of Deadlines", "23.40", 77, "Twenty-five minutes of sand."},
    {33, "CALE-ROUN-NUMB-033", "Calendar of Round Numbers", "15.00", 210, "Every month has thirty days. Close enough."},
    {34, "COMP-PROD-VISI-034", "Compass of Product Vision", "31.00", 64, "Points somewhere with great confidence."},
    {35, "MAP-NEIG-035", "Map of the Neighborhood", "12.00", 160, "Every house, every path, one gateway."},
    {36, "ROPE-LAST-RESO-036", "Rope of Last Resort", "28.60", 58, "Ten metres, tested to more than you weigh."},
    {37, "LADD-ABST-037", "Ladder of Abstraction", "89.00", 25, "Seven rungs; you will rarely need the top one."},
    {38, "TOOL-PLAI-TOOL-038", "Toolbox of Plain Tools", "54.00", 48, "A hammer, a saw, and nothing with a battery."},
    {39, "DUCK-DEBU-039", "Duck of Debugging", "7.50", 600, "Listens. Rubber, yellow, never interrupts."},
    {40, "DICE-LOAD-BALA-040", "Dice of Load Balancing", "8.20", 330, "Fair, six-sided, one for each replica."},
    {41, "KITE-CLEA-SKIE-041", "Kite of Clear Skies", "25.00", 72,
     "Three metres of tail, for the day after the release."},
    {42, "MARB-COMP-042", "Marbles of Composure", "6.90", 240, "Fifty. Count them now and then."},
    {43, "PUZZ-THOU-SERV-043", "Puzzle of a Thousand Services", "33.00", 52,
     "All pieces fit; the picture is on the box."},
    {44, "POST-CLOS-TICK-044", "Postcard of Closed Tickets", "1.50", 1000, "Wish you were done."},
});

}  // namespace

std::span<const DemoProduct> demo_products() { return shelf; }

}  // namespace product
