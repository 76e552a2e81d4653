#include "chassis/http/message.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace chassis::http {
namespace {

TEST(HeadersTest, fields_are_found_whatever_their_case_and_keep_their_order) {
    Headers headers{{"Location", "/orders/1"}, {"X-Empty", ""}, {"Set-Cookie", "a=1"}, {"set-cookie", "b=2"}};
    EXPECT_EQ(headers.get("LOCATION"), "/orders/1");
    EXPECT_EQ(headers.get("x-empty"), "");
    EXPECT_EQ(headers.get("Set-Cookie"), "a=1");
    EXPECT_EQ(headers.get("Locatio"), std::nullopt);
    std::string all;
    for (HeaderField field : headers) all += std::string(field.name) + "=" + std::string(field.value) + ";";
    EXPECT_EQ(all, "Location=/orders/1;X-Empty=;Set-Cookie=a=1;set-cookie=b=2;");
}

TEST(HeadersTest, set_replaces_every_field_of_the_name_and_remove_takes_them_out) {
    Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
    headers.set("A", "4");
    EXPECT_EQ(headers.wire(), "B: 2\r\nA: 4\r\n");
    headers.remove("b");
    EXPECT_EQ(headers.wire(), "A: 4\r\n");
}

TEST(HeadersTest, a_value_cannot_smuggle_in_a_second_field) {
    Headers headers;
    for (std::string value : {std::string("a\r\nX-Admin: 1"), std::string("a\nb"), std::string("a\rb"),
                              std::string("a\0b", 3), std::string("\x7f")}) {
        EXPECT_THROW(headers.append("X-Name", value), std::invalid_argument);
    }
    for (std::string_view name : {"", "X Name", "X:Name", "X-Name\r\n", "X-N\xc3\xa4me"}) {
        EXPECT_THROW(headers.append(name, "value"), std::invalid_argument);
    }
    EXPECT_TRUE(headers.empty());
}

TEST(RequestTest, a_target_is_taken_apart_still_encoded) {
    struct {
        std::string_view target, path, query;
    } cases[] = {{"/products/1", "/products/1", ""},
                 {"/a%20b?x=1&y=%2F", "/a%20b", "x=1&y=%2F"},
                 {"/a?", "/a", ""},
                 {"/a?x=1#part", "/a", "x=1"},
                 {"http://shop:80/a?b", "/a", "b"},
                 {"http://shop", "/", ""},
                 {"http://shop?b", "/", "b"},
                 {"/redirect?to=http://shop/x", "/redirect", "to=http://shop/x"},
                 {"*", "*", ""}};
    for (auto& each : cases) {
        Request request;
        request.set_target(each.target);
        EXPECT_EQ(request.path, each.path) << each.target;
        EXPECT_EQ(request.query, each.query) << each.target;
    }
}

TEST(RequestTest, an_extension_is_found_by_its_type_alone) {
    Request request;
    request.extensions.emplace<int>(3);
    request.extensions.emplace<std::string>("user");
    request.extensions.emplace<int>(4);
    EXPECT_EQ(*request.extensions.get<int>(), 4);
    EXPECT_EQ(*request.extensions.get<std::string>(), "user");
    EXPECT_EQ(request.extensions.get<double>(), nullptr);
}

TEST(HttpErrorTest, the_client_sees_the_detail_and_the_log_its_own_text) {
    HttpError error = HttpError{429, "Too \"many\"\n"}.log("user 7 sent 100").header("Retry-After", "3");
    EXPECT_STREQ(error.what(), "user 7 sent 100");
    Response response = error.response();
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.body, R"({"detail":"Too \"many\"\n"})");
    EXPECT_EQ(response.headers.get("Retry-After"), "3");
}

TEST(HttpErrorTest, the_body_is_json_whatever_bytes_the_detail_has) {
    EXPECT_EQ(error_body("caf\xC3\xA9 \xFF\x80 \x01"), "{\"detail\":\"caf\xC3\xA9 \xEF\xBF\xBD\xEF\xBF\xBD \\u0001\"}");
}

}  // namespace
}  // namespace chassis::http
