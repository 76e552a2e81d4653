#include "chassis/database/sql_text.hpp"

#include <algorithm>
#include <charconv>

namespace chassis::database {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// The first token: a run of spaces, a comment, something quoted, a word, a placeholder, or one other character.
std::string_view token(std::string_view sql) {
    auto up_to = [&](std::size_t end) { return sql.substr(0, std::min(end, sql.size())); };
    auto while_true = [&](std::size_t from, auto holds) {
        while (from < sql.size() && holds(sql[from])) ++from;
        return up_to(from);
    };
    char first = sql[0];
    if (is_space(first)) return while_true(1, is_space);
    if (sql.starts_with("--")) return up_to(sql.find('\n'));
    if (sql.starts_with("/*")) {
        auto end = sql.find("*/", 2);
        return end == sql.npos ? sql : up_to(end + 2);
    }
    if (first == '\'' || first == '"' || first == '`' || first == '[') {
        auto end = sql.find(first == '[' ? ']' : first, 1);
        return end == sql.npos ? sql : up_to(end + 1);  // a doubled quote is two quoted tokens, which is as good here
    }
    if (is_word(first) || first == '$') return while_true(1, is_word);
    return up_to(1);
}

}  // namespace

bool has_word(std::string_view sql, std::string_view word) {
    while (!sql.empty()) {
        std::string_view found = token(sql);
        if (std::ranges::equal(found, word, {}, upper)) return true;
        sql.remove_prefix(found.size());
    }
    return false;
}

bool only_space(std::string_view sql) {
    while (!sql.empty()) {
        std::string_view found = token(sql);
        if (!is_space(found[0]) && found[0] != ';' && !found.starts_with("--") && !found.starts_with("/*"))
            return false;
        sql.remove_prefix(found.size());
    }
    return true;
}

std::string expand_lists(std::string_view sql, std::span<const Value> arguments) {
    std::string expanded;
    while (!sql.empty()) {
        std::string_view found = token(sql);
        std::size_t number = 0;
        if (found[0] == '$') std::from_chars(found.data() + 1, found.data() + found.size(), number);
        bool list = number > 0 && number <= arguments.size() && std::holds_alternative<List>(arguments[number - 1]);
        if (list) expanded += "SELECT value FROM json_each(";
        expanded += found;
        if (list) expanded += ')';
        sql.remove_prefix(found.size());
    }
    return expanded;
}

}  // namespace chassis::database
