// Finds the SQL in a folder's sources, so that a test can prepare every statement without having to reach it.
//
//     for (const auto& [place, sql] : statements_in(SOURCE_ROOT "/services/order")) {
//         EXPECT_NO_THROW(tx.prepare(sql)) << place;
//     }
//
// A statement is a string literal, with those that follow it directly, that begins with SELECT, INSERT, UPDATE, DELETE
// or WITH; tests are left out.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace chassis::database {

struct FoundStatement {
    /// The file's name and the line.
    std::string place;
    std::string sql;
};

namespace detail {

// Reads C++ just far enough to know strings, characters and comments apart.
class StatementFinder {
  public:
    StatementFinder(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

    std::vector<FoundStatement> find() {
        while (at_ < text_.size()) {
            if (starts("//")) {
                skip_to("\n");
            } else if (starts("/*")) {
                skip_to("*/");
            } else if (starts("R\"")) {
                raw_string();
            } else if (text_[at_] == '"') {
                string();
            } else if (text_[at_] == '\'' && (at_ == 0 || !is_digit(text_[at_ - 1]))) {
                character();
            } else {
                if (!is_space(text_[at_])) end_literal();
                ++at_;
            }
        }
        end_literal();
        return std::move(found_);
    }

  private:
    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    void skip_to(std::string_view what) {
        auto end = text_.find(what, at_);
        at_ = end == text_.npos ? text_.size() : end + what.size();
    }
    void begin_literal() {
        if (literal_.empty())
            line_ = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n') + 1;
    }
    void string() {
        begin_literal();
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] != '\\') {
                literal_ += text_[at_];
            } else {
                ++at_;
                literal_ += text_[at_] == 'n' ? '\n' : text_[at_] == 't' ? '\t' : text_[at_];
            }
        }
        ++at_;
    }
    void raw_string() {
        begin_literal();
        at_ += 2;
        auto open = text_.find('(', at_);
        std::string close = ")" + std::string(text_.substr(at_, open - at_)) + "\"";
        auto end = text_.find(close, open);
        literal_ += text_.substr(open + 1, end - open - 1);
        at_ = end + close.size();
    }
    void character() {
        for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }
    void end_literal() {
        static constexpr std::array verbs{"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "};
        auto first = std::ranges::find_if_not(literal_, is_space);
        std::string_view sql(first, literal_.end());
        if (std::ranges::any_of(verbs, [&](std::string_view verb) { return sql.starts_with(verb); })) {
            found_.push_back({file_ + ":" + std::to_string(line_), std::string(sql)});
        }
        literal_.clear();
    }

    const std::string file_;
    const std::string_view text_;
    std::size_t at_ = 0;
    std::string literal_;
    std::ptrdiff_t line_ = 0;
    std::vector<FoundStatement> found_;
};

}  // namespace detail

inline std::vector<FoundStatement> statements_in(const std::filesystem::path& folder) {
    std::vector<FoundStatement> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::string name = entry.path().filename().string();
        bool source = name.ends_with(".cpp") || name.ends_with(".hpp");
        if (!source || name.find("_test.") != name.npos) continue;
        std::ifstream file(entry.path());
        std::string text{std::istreambuf_iterator<char>(file), {}};
        auto found = detail::StatementFinder(name, text).find();
        std::ranges::move(found, std::back_inserter(all));
    }
    return all;
}

}  // namespace chassis::database
