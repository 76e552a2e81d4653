// The smallest service: one typed route over a shared shelf.
#include <map>
#include <string>

#include "chassis/app/app.hpp"

using namespace chassis;

struct Product {
    int id;
    std::string name;
    double price;
};

using Shelf = std::map<int, Product>;

Task<Product> get_product(int product_id, const Shelf& shelf) {
    auto found = shelf.find(product_id);
    if (found == shelf.end()) throw HttpError{404, "Not found"};
    co_return found->second;
}

int main(int argc, char** argv) {
    Shelf shelf{{1, {1, "Socks of Doom", 12.99}}};
    App app{"product"};
    app.share(shelf);
    app.get("/products/{product_id}", get_product).errors(404);
    return app.run(argc, argv);
}
