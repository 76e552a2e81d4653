#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "chassis/http/request_reader.hpp"
#include "chassis/http/response_reader.hpp"

namespace chassis::http {
namespace {

// As a socket does: as much as there is room for.
template <class Reader>
void give(Reader& reader, std::string_view& bytes) {
    auto room = reader.room();
    auto count = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    reader.received(count);
}

constexpr RequestReader::Limits limits{.head_bytes = 16'384, .headers = 100, .body_bytes = 100'000};

// What the requests in these pieces say, one text each; "refused <status>" ends it.
std::vector<std::string> read_requests(const std::vector<std::string_view>& pieces,
                                       const RequestReader::Limits& within = limits) {
    RequestReader reader(within);
    Request request;
    std::vector<std::string> seen;
    for (std::string_view bytes : pieces) {
        while (!bytes.empty()) {
            give(reader, bytes);
            for (;;) {
                auto progress = reader.next(request);
                if (progress == RequestReader::Progress::refused) {
                    seen.push_back("refused " + std::to_string(reader.refusal().status));
                    return seen;
                }
                if (progress != RequestReader::Progress::ready) break;
                seen.push_back(std::string(to_string(request.method)) + " " + std::string(request.target) + " " +
                               std::string(request.headers.get("X-Name").value_or("")) + " " +
                               std::string(request.body));
                reader.finish();
            }
        }
    }
    return seen;
}

const std::string large_body(20'000, 'b');
const std::string pipelined =
    "GET /1 HTTP/1.1\r\nHost: a\r\nX-Name: first\r\n\r\n"
    "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Name: second\r\n\r\nhello"
    "\r\n"
    "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-Name: third\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    "DELETE /4 HTTP/1.1\r\nHost: a\r\nX-Name: fourth\r\n\r\n";
const std::vector<std::string> expected = {"GET /1 first ", "POST /2 second hello", "POST /3 third abcde",
                                           "DELETE /4 fourth "};

TEST(RequestReaderTest, pipelined_requests_are_the_same_split_at_every_byte) {
    std::string_view text = pipelined;
    EXPECT_EQ(read_requests({text}), expected);
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        EXPECT_EQ(read_requests({text.substr(0, cut), text.substr(cut)}), expected) << cut;
    }
    std::vector<std::string_view> single;
    for (std::size_t i = 0; i < text.size(); ++i) single.push_back(text.substr(i, 1));
    EXPECT_EQ(read_requests(single), expected);
}

TEST(RequestReaderTest, a_body_larger_than_the_buffer_leaves_the_head_where_it_is) {
    std::string text =
        "POST / HTTP/1.1\r\nHost: a\r\nX-Name: large\r\nContent-Length: 20000\r\n\r\n" + large_body + pipelined;
    std::vector<std::string> all = {"POST / large " + large_body};
    all.insert(all.end(), expected.begin(), expected.end());
    EXPECT_EQ(read_requests({text}), all);
    std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nX-Name: large\r\nTransfer-Encoding: chunked\r\n\r\n4E20\r\n" +
                          large_body + "\r\n0\r\n\r\n" + pipelined;
    EXPECT_EQ(read_requests({chunked}), all);
    for (std::size_t cut = 1; cut < chunked.size(); cut += 97) {
        std::string_view view = chunked;
        EXPECT_EQ(read_requests({view.substr(0, cut), view.substr(cut)}), all) << cut;
    }
}

TEST(RequestReaderTest, limits_are_told_apart) {
    using Seen = std::vector<std::string>;
    std::string endless = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x');
    EXPECT_EQ(read_requests({endless}), Seen{"refused 431"});
    EXPECT_EQ(read_requests({endless + "\r\n\r\n"}), Seen{"refused 431"});
    EXPECT_EQ(read_requests({"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n"}), Seen{"refused 413"});
    EXPECT_EQ(read_requests({"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186A1\r\n"}),
              Seen{"refused 413"});
    EXPECT_EQ(read_requests({"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n"}),
              Seen{"refused 400"});
}

// The reply in these pieces as one text; `closed` says that the connection ends behind it.
std::string read_reply(const std::vector<std::string_view>& pieces, bool closed = false, Method method = Method::get) {
    ResponseReader reader(4'096, 100'000);
    reader.begin(method);
    auto progress = ResponseReader::Progress::need_more;
    for (std::string_view bytes : pieces) {
        while (!bytes.empty() && progress == ResponseReader::Progress::need_more) {
            give(reader, bytes);
            progress = reader.next();
        }
    }
    if (closed && progress == ResponseReader::Progress::need_more) progress = reader.closed();
    switch (progress) {
        case ResponseReader::Progress::need_more:
            return "need more";
        case ResponseReader::Progress::malformed:
            return "malformed";
        case ResponseReader::Progress::too_large:
            return "too large";
        case ResponseReader::Progress::ready:
            break;
    }
    bool reusable = reader.reusable();
    ClientResponse reply = reader.take();
    return std::to_string(reply.status) + (reusable ? " kept " : " over ") + reply.body;
}

TEST(ResponseReaderTest, a_reply_is_the_same_split_at_every_byte) {
    const std::pair<std::string, std::string> replies[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "200 kept hello"},
        {"HTTP/1.1 404 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "404 over "},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "200 kept abcde"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", "201 kept x"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + large_body, "200 kept " + large_body},
    };
    for (auto& [text, said] : replies) {
        std::string_view view = text;
        EXPECT_EQ(read_reply({view}), said);
        std::size_t step = view.size() > 1'000 ? 101 : 1;
        for (std::size_t cut = 1; cut < view.size(); cut += step) {
            EXPECT_EQ(read_reply({view.substr(0, cut)}), "need more") << cut;
            EXPECT_EQ(read_reply({view.substr(0, cut), view.substr(cut)}), said) << cut;
        }
    }
}

TEST(ResponseReaderTest, a_body_without_a_length_ends_with_the_connection) {
    std::string_view text = "HTTP/1.1 200 OK\r\n\r\nhello";
    EXPECT_EQ(read_reply({text}), "need more");
    EXPECT_EQ(read_reply({text}, true), "200 over hello");
    EXPECT_EQ(read_reply({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"}, true), "malformed");
}

TEST(ResponseReaderTest, replies_without_a_body_end_with_their_head) {
    EXPECT_EQ(read_reply({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"}, false, Method::head), "200 kept ");
    EXPECT_EQ(read_reply({"HTTP/1.1 204 No Content\r\n\r\n"}), "204 kept ");
    EXPECT_EQ(read_reply({"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"}), "304 kept ");
}

TEST(ResponseReaderTest, what_follows_a_reply_unasked_is_not_taken_for_the_next) {
    EXPECT_EQ(read_reply({"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}), "204 over ");
}

TEST(ResponseReaderTest, too_much_and_nonsense_are_refused) {
    EXPECT_EQ(read_reply({"SSH-2.0-OpenSSH\r\n\r\n"}), "malformed");
    EXPECT_EQ(read_reply({"HTTP/1.1 101 Switching Protocols\r\n\r\n"}), "malformed");
    EXPECT_EQ(read_reply({"HTTP/1.1 200 OK\r\nX: " + std::string(5'000, 'x')}), "too large");
    EXPECT_EQ(read_reply({"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"}), "too large");
    EXPECT_EQ(read_reply({"HTTP/1.1 200 OK\r\n\r\n" + std::string(100'001, 'x')}), "too large");
}

}  // namespace
}  // namespace chassis::http
