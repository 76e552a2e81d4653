// The shelf of the demonstration shop.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace product {

struct DemoProduct {
    std::int64_t id;
    std::string_view sku;
    std::string_view name;
    std::string_view price;  // EUR
    std::int64_t stock;
    std::string_view description;
};

std::span<const DemoProduct> demo_products();

}  // namespace product
