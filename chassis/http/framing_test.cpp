#include "chassis/http/framing.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "chassis/base/text.hpp"
#include "chassis/http/chunked.hpp"

namespace chassis::http {
namespace {

// The status of the refusal, 0 when the head is accepted.
int status_of(const std::string& head) {
    Request request;
    Framing framing;
    auto refusal = parse_request_head(head, 100, request, framing);
    return refusal ? refusal->status : 0;
}

std::string head_with(const std::string& fields) { return "POST / HTTP/1.1\r\nHost: shop\r\n" + fields + "\r\n"; }

TEST(FramingTest, a_plain_head_gives_method_target_fields_and_length) {
    std::string head = "PUT /a?b HTTP/1.1\r\nHost: shop\r\nContent-Length:  12 \r\nX-Name: a b\t\r\n\r\n";
    Request request;
    Framing framing;
    ASSERT_FALSE(parse_request_head(head, 3, request, framing));
    EXPECT_EQ(request.method, Method::put);
    EXPECT_EQ(request.path, "/a");
    EXPECT_EQ(request.headers.get("x-name"), "a b");
    EXPECT_EQ(framing.content_length, 12u);
    EXPECT_TRUE(framing.keep_alive);
    EXPECT_TRUE(framing.has_body());
}

TEST(FramingTest, one_host_is_needed_on_http_1_1_and_none_on_1_0) {
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: shop\r\n\r\n"), 0);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
    EXPECT_EQ(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
}

TEST(FramingTest, what_beasts_parser_lets_pass_is_refused_here) {
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: pigeons\r\n")), 400);
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: chunked, deflate\r\n")), 400);
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: deflate\r\n")), 400);
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: \r\n chunked\r\n")), 400);
    EXPECT_EQ(status_of(head_with("X-Folded: a\r\n b\r\n")), 400);
    EXPECT_EQ(status_of(head_with("X-Folded: a\r\n\tb\r\n")), 400);
}

TEST(FramingTest, a_coding_that_is_plain_but_not_supported_is_said_to_be_so) {
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: gzip, chunked\r\n")), 501);
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")), 501);
    EXPECT_EQ(status_of(head_with("Transfer-Encoding: Chunked\r\n")), 0);
}

TEST(FramingTest, lengths_are_digits_once_and_never_with_chunked) {
    EXPECT_EQ(status_of(head_with("Content-Length: 5\r\n")), 0);
    for (std::string text : {"", "+5", "-5", "0x5", "5,5", "5 5", "5.0", "18446744073709551616"}) {
        EXPECT_EQ(status_of(head_with("Content-Length: " + text + "\r\n")), 400) << text;
    }
    EXPECT_EQ(status_of(head_with("Content-Length: 5\r\nContent-Length: 5\r\n")), 400);
    EXPECT_EQ(status_of(head_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"), 400);
    EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(FramingTest, line_ends_and_control_characters_are_exact) {
    EXPECT_EQ(status_of("GET / HTTP/1.1\nHost: shop\r\n\r\n"), 400);
    EXPECT_EQ(status_of(head_with("X-Name: a\nX-Other: b\r\n")), 400);
    EXPECT_EQ(status_of(head_with("X-Name: a\rb\r\n")), 400);
    EXPECT_EQ(status_of(head_with(std::string("X-Name: a\0b\r\n", 13))), 400);
    EXPECT_EQ(status_of(head_with("X-Name : a\r\n")), 400);
    EXPECT_EQ(status_of(head_with(": a\r\n")), 400);
    EXPECT_EQ(status_of(head_with("nothing\r\n")), 400);
}

TEST(FramingTest, methods_targets_and_versions_are_the_known_ones) {
    EXPECT_EQ(status_of("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(status_of("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(status_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
    EXPECT_EQ(status_of("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
    EXPECT_NE(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 0);
    EXPECT_NE(status_of("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), 0);
    EXPECT_NE(status_of("GET /\r\nHost: a\r\n\r\n"), 0);
}

TEST(FramingTest, more_fields_than_allowed_are_431) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 100; ++i) head += "X-" + std::to_string(i) + ": 1\r\n";
    EXPECT_EQ(status_of(head + "\r\n"), 431);
}

TEST(FramingTest, keeping_the_connection_follows_version_and_token) {
    auto keeps = [](const std::string& head) {
        Request request;
        Framing framing;
        EXPECT_FALSE(parse_request_head(head, 100, request, framing));
        return framing.keep_alive;
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(FramingTest, a_reply_with_doubtful_framing_is_refused_too) {
    auto refused = [](const std::string& fields) {
        ResponseHead head;
        Framing framing;
        return parse_response_head("HTTP/1.1 200 OK\r\n" + fields + "\r\n", head, framing).has_value();
    };
    EXPECT_FALSE(refused("Content-Length: 3\r\n"));
    EXPECT_FALSE(refused("Transfer-Encoding: chunked\r\n"));
    EXPECT_TRUE(refused("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_TRUE(refused("Content-Length: 3\r\nContent-Length: 4\r\n"));
    EXPECT_TRUE(refused("Transfer-Encoding: gzip, chunked\r\n"));
    EXPECT_TRUE(refused("X: a\r\n b\r\n"));
}

// The heads of aws/http-desync-guardian: compliant ones have to be understood, ambiguous and severe ones refused. They
// are heads as a proxy holds them, not as they stand on the wire: an empty target is "/" (RFC 9112, section 3.2.1), and
// the Host, which most of them leave out, is added. A coding other than chunked is understood when it is answered with
// 501.
TEST(FramingTest, the_desync_vectors_are_judged_as_labelled) {
    std::filesystem::path folder = SOURCE_ROOT "/../shared/vectors/http_desync";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
    int judged = 0;
    for (auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() != ".yaml") continue;
        for (auto vector : YAML::LoadFile(file.path())) {
            std::string tier = vector["expected"]["tier"].as<std::string>();
            auto uri = vector["uri"].as<std::string>("");
            auto version = vector["version"].as<std::string>("");
            std::string head = vector["method"].as<std::string>() + " " + (uri.empty() ? "/" : uri);
            if (!version.empty()) head += " " + version;
            std::string fields;
            bool has_host = false;
            for (auto field : vector["headers"]) {
                auto name = field["name"].as<std::string>();
                has_host = has_host || base::iequals(name, "Host");
                fields += name + ": " + field["value"].as<std::string>() + "\r\n";
            }
            head += has_host ? "\r\n" : "\r\nHost: shop\r\n";
            head += fields + "\r\n";
            int status = status_of(head);
            if (tier == "Compliant") {
                EXPECT_TRUE(status == 0 || status == 501) << status << " for " << vector["name"] << "\n" << head;
            } else if (tier != "Acceptable") {
                EXPECT_NE(status, 0) << tier << ": " << vector["name"] << "\n" << head;
            }
            ++judged;
        }
    }
    EXPECT_GE(judged, 158);
}

using Result = ChunkedDecoder::Result;

Result decode(std::string_view text, std::string& body, std::size_t max_body = 1000) {
    ChunkedDecoder decoder(max_body);
    return decoder.feed(text, body);
}

TEST(ChunkedTest, a_body_is_the_same_whatever_the_pieces) {
    const std::string text = "5;name=value\r\nhello\r\n0A\r\n, world!!!\r\n0\r\nX-Trailer: 1\r\n\r\nGET";
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        ChunkedDecoder decoder(100);
        std::string body;
        std::string_view first = std::string_view(text).substr(0, cut);
        auto result = decoder.feed(first, body);
        std::string rest = std::string(first) + text.substr(cut);
        std::string_view second = rest;
        if (result == Result::need_more) result = decoder.feed(second, body);
        EXPECT_EQ(result, Result::complete) << cut;
        EXPECT_EQ(body, "hello, world!!!") << cut;
        EXPECT_EQ(second, "GET") << cut;
    }
}

TEST(ChunkedTest, lenient_forms_are_malformed) {
    for (std::string_view text :
         {"\r\n", "g\r\n", "0x5\r\n", "-1\r\n", "5\nhello\r\n", "5\r\nhello0\r\n", "5\r\nhelloX\r\n",
          "5;a\nb\r\nhello\r\n", "5;a\rb\r\n", "1234567890123456\r\n", "0\r\n folded\r\n\r\n", "0\r\nX: 1\n\r\n",
          "0\r\n\n", "5 6\r\nhello\r\n", "5 a\r\nhello\r\n", "5\t=b\r\nhello\r\n", "5 \nhello\r\n"}) {
        std::string body;
        EXPECT_EQ(decode(text, body), Result::malformed) << text;
    }
}

TEST(ChunkedTest, blanks_may_stand_behind_a_size_and_before_its_extension) {
    for (std::string_view text : {"5 \r\nhello\r\n0\r\n\r\n", "5 \t;name\r\nhello\r\n0 ; a = b\r\n\r\n"}) {
        std::string body;
        EXPECT_EQ(decode(text, body), Result::complete) << text;
        EXPECT_EQ(body, "hello");
    }
    std::string body;
    EXPECT_EQ(decode("5" + std::string(5'000, ' ') + "\r\n", body), Result::malformed);
}

TEST(ChunkedTest, the_bound_holds_before_the_data_comes) {
    std::string body;
    EXPECT_EQ(decode("fffffffffffffff\r\n", body), Result::too_large);
    EXPECT_EQ(decode("5\r\nhello\r\n1\r\n", body, 5), Result::too_large);
}

}  // namespace
}  // namespace chassis::http
