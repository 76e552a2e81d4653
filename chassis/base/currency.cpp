#include "chassis/base/currency.hpp"

#include <algorithm>
#include <string>

namespace chassis::base {
namespace {

// ISO 4217, list one, grouped by the places of the minor unit; funds and metals are left out, XXX (nothing) and XTS
// (for tests) are kept.
constexpr std::string_view two_places =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD "
    "KES "
    "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
    "NPR "
    "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT "
    "TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
constexpr std::string_view no_places = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF XTS XXX";
constexpr std::string_view three_places = "BHD IQD JOD KWD LYD OMR TND";

constexpr std::size_t count_codes(std::string_view codes) { return (codes.size() + 1) / 4; }

}  // namespace

struct CurrencyTable {
    static constexpr std::size_t size = count_codes(two_places) + count_codes(no_places) + count_codes(three_places);
    std::array<Currency, size> entries{};

    constexpr CurrencyTable() {
        std::size_t next = 0;
        const auto add = [&](std::string_view codes, std::uint8_t exponent) {
            for (std::size_t i = 0; i < codes.size(); i += 4) {
                entries[next].code_ = {codes[i], codes[i + 1], codes[i + 2]};
                entries[next++].exponent_ = exponent;
            }
        };
        add(two_places, 2);
        add(no_places, 0);
        add(three_places, 3);
        std::ranges::sort(entries, {}, &Currency::code);
    }
};

namespace {
constexpr CurrencyTable table;
}

std::optional<Currency> Currency::find(std::string_view code) noexcept {
    const auto found = std::ranges::lower_bound(table.entries, code, {}, &Currency::code);
    if (found == table.entries.end() || found->code() != code) return std::nullopt;
    return *found;
}

Currency::Currency(std::string_view code) {
    const auto found = find(code);
    if (!found) throw MoneyError("\"" + std::string(code) + "\" is no currency of ISO 4217 (such as EUR)");
    *this = *found;
}

std::span<const Currency> Currency::all() noexcept { return table.entries; }

}  // namespace chassis::base
