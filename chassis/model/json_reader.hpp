// Reads JSON text from front to back in one pass and builds nothing: whoever calls says what comes next.
//
//     JsonReader in(text, problems);
//     for (bool more = in.enter_object(); more; more = in.next_member()) {
//         std::string_view key = in.key(scratch);
//         in.skip_value();
//     }
//     in.end();
//
// Text that is not JSON (RFC 8259), is not UTF-8 or nests deeper than 128 levels throws a ValidationError of the one
// error `json_invalid` with the place, counted in characters; its words are those of Python's parser, which FastAPI
// sends. A value of the wrong kind is not an error here: the caller notes it and skips it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chassis/model/errors.hpp"

namespace chassis::model {

class JsonReader {
  public:
    enum class Kind { object, array, string, number, boolean, null };

    JsonReader(std::string_view text, Problems& problems) : text_(text), problems_(problems) {}

    /// The kind of the next value. It is not read yet.
    Kind peek();

    /// Each reads a value of the kind that peek() gave.
    void read_null();
    bool read_boolean();
    /// The number as it is written, checked.
    std::string_view read_number();
    /// Views the input when nothing is escaped, otherwise `scratch`.
    std::string_view read_string(std::string& scratch);

    /// Any value; gives its text.
    std::string_view skip_value();

    /// Goes into an object; false when it is empty and already left.
    bool enter_object();
    /// The member's name, and past the colon. Views the input or `scratch`.
    std::string_view key(std::string& scratch);
    /// After a member's value: false when the object has ended.
    bool next_member();

    /// The same for an array.
    bool enter_array();
    bool next_element();

    /// Only blanks may be left.
    void end();

    /// A place to look back to, or to go back to.
    struct Mark {
        std::size_t at;
        int depth;
    };
    /// Where the next value begins.
    Mark mark() {
        skip_blanks();
        return {at_, depth_};
    }
    /// The text from `mark` up to here.
    [[nodiscard]] std::string_view since(Mark mark) const { return text_.substr(mark.at, at_ - mark.at); }
    /// To read a value a second time.
    void back_to(Mark mark) {
        at_ = mark.at;
        depth_ = mark.depth;
    }

    [[nodiscard]] Problems& problems() { return problems_; }

  private:
    void skip_blanks() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
            ++at_;
        }
    }
    [[nodiscard]] char current() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void expect_literal(std::string_view literal);
    void skip_digits();
    void deeper();
    void decode_escape(std::string& out);
    char32_t read_four_hex_digits(std::size_t escape_start);
    [[noreturn]] void fail(std::string_view error, std::size_t at);

    std::string_view text_;
    Problems& problems_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace chassis::model
