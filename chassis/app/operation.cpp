#include "chassis/app/operation.hpp"

#include <algorithm>

namespace chassis::app {
namespace {

constexpr std::string_view error_schema = R"({"$ref":"#/components/schemas/HTTPError"})";
constexpr std::string_view validation_schema = R"({"$ref":"#/components/schemas/HTTPValidationError"})";

}  // namespace

std::string Operation::name() const { return std::string(to_string(method)) + ' ' + path; }

void Description::parameter(Operation::Parameter parameter) {
    auto same = [&](const Operation::Parameter& other) {
        return other.name == parameter.name && other.in == parameter.in;
    };
    if (std::ranges::any_of(operation.parameters, same)) return;
    operation.parameters.push_back(std::move(parameter));
}

void Description::body(Operation::Body body) {
    auto same = [&](const Operation::Body& other) { return other.media_type == body.media_type; };
    if (std::ranges::any_of(operation.bodies, same)) {
        problem("takes two bodies of " + body.media_type + ": put them into one model");
        return;
    }
    operation.bodies.push_back(std::move(body));
}

void Description::reply(int status, Operation::Reply reply) {
    operation.replies.insert_or_assign(status, std::move(reply));
}

void Description::error(int status) {
    operation.replies.try_emplace(status, Operation::Reply{std::string(http::reason_phrase(status)), "application/json",
                                                           std::string(error_schema)});
}

void Description::validates() {
    operation.replies.try_emplace(
        422, Operation::Reply{"Validation Error", "application/json", std::string(validation_schema)});
}

void Description::security(std::string_view name, std::string_view scheme) {
    auto same = [&](const Operation::Security& other) { return other.name == name; };
    if (std::ranges::any_of(operation.security, same)) return;
    operation.security.push_back({std::string(name), std::string(scheme)});
}

void Description::header(int status, std::string_view name, std::string_view about) {
    auto& headers = operation.replies[status].headers;
    auto same = [&](const Operation::Header& other) { return other.name == name; };
    if (std::ranges::none_of(headers, same)) headers.push_back({std::string(name), std::string(about)});
}

void Description::problem(std::string text) {
    if (std::ranges::find(problems, text) == problems.end()) problems.push_back(std::move(text));
}

std::string Description::success_text(int status) {
    return status == 200 ? "Successful Response" : std::string(http::reason_phrase(status));
}

}  // namespace chassis::app
