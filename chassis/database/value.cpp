#include "chassis/database/value.hpp"

namespace chassis::database {

void List::add(std::int64_t number) {
    if (json.size() > 1) json += ',';
    json += std::to_string(number);
}

void List::add(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    if (json.size() > 1) json += ',';
    json += '"';
    for (char c : text) {
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            json += "\\u00";
            json += digits[static_cast<unsigned char>(c) >> 4];
            json += digits[static_cast<unsigned char>(c) & 15];
        } else {
            json += c;
        }
    }
    json += '"';
}

}  // namespace chassis::database
