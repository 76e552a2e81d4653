// What is wrong with an input: every bad field at once, in FastAPI's words.
//
//     try { return from_json<NewProduct>(text, {"body"}); }
//     catch (const ValidationError& error) { reply(422, error.body()); }
//
// The body: {"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{}}]}
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chassis::model {

/// Where a value stands: names of members and indexes of elements, from the outside in.
using Location = std::vector<std::variant<std::string, std::int64_t>>;

/// One wrong value. Types and messages are those of pydantic, version 2.
struct FieldError {
    std::string type;
    Location loc;
    std::string msg;
    /// The wrong value as JSON text.
    std::string input = "null";
    /// The figures in the message as a JSON object, or empty.
    std::string ctx{};
};

/// Never without an error.
class ValidationError : public std::exception {
  public:
    explicit ValidationError(std::vector<FieldError> errors);
    ValidationError(const ValidationError&);
    ~ValidationError() override;

    std::vector<FieldError> errors;

    /// {"detail":[...]}: the body of FastAPI's 422.
    [[nodiscard]] std::string body() const;
    /// One line for the log: places and messages, no values.
    [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

  private:
    std::string what_;
};

/// Appends `error` as the JSON object that stands in "detail".
void write_error(std::string& out, const FieldError& error);

/// Collects what is wrong while an input is read, and knows the place that is being read.
class Problems {
  public:
    explicit Problems(const Location& root);
    ~Problems();
    Problems(const Problems&) = delete;
    Problems& operator=(const Problems&) = delete;

    /// One more step into the input for as long as this lives; the name outlives it.
    class Step {
      public:
        Step(Problems& problems, std::string_view name) : problems_(problems), outer_(problems.step_), name_(name) {
            problems.step_ = this;
        }
        Step(Problems& problems, std::int64_t index) : problems_(problems), outer_(problems.step_), index_(index) {
            problems.step_ = this;
        }
        ~Step() { problems_.step_ = outer_; }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

      private:
        friend class Problems;
        Problems& problems_;
        const Step* outer_;
        std::string_view name_{};
        std::int64_t index_ = -1;
    };

    /// Notes one at the current place. `input` is JSON text; a very long one is left out.
    void add(std::string_view type, std::string msg, std::string_view input, std::string ctx = {});

    [[nodiscard]] std::size_t size() const { return found_.size(); }
    [[nodiscard]] bool empty() const { return found_.empty(); }
    /// Forgets all but the first `size`.
    void shrink(std::size_t size);
    [[nodiscard]] std::vector<FieldError>& found() { return found_; }
    [[nodiscard]] Location here() const;
    [[nodiscard]] const Location& root() const { return root_; }

    /// Throws a ValidationError when there is one.
    void check();

  private:
    const Location& root_;
    const Step* step_ = nullptr;
    std::vector<FieldError> found_;
};

/// Thrown for misuse by the program itself (a bad pattern, a member without a rule that it needs), never for an input.
class ModelError : public std::exception {
  public:
    explicit ModelError(std::string message);
    ~ModelError() override;
    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

  private:
    std::string message_;
};

}  // namespace chassis::model

namespace chassis {
using model::FieldError;
using model::ValidationError;
}  // namespace chassis
