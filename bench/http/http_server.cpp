// The HTTP benchmark's middle row: the chassis's server with a handler that does nothing, so that what stands between
// it and bench_raw_epoll is the server alone.
//
//     bench_http_server 8002
#include <cstdio>
#include <cstdlib>

#include "chassis/http/server.hpp"

namespace {

using chassis::Request;
using chassis::Response;
using chassis::Task;

Task<Response> get_product(Request& request) {
    if (request.path != "/products/1") throw chassis::HttpError{404, "Not found"};
    std::string body = request.take_buffer();
    body = R"({"id":1,"name":"Socks of Doom","price":12.99})";
    co_return Response::json(std::move(body));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
        return 2;
    }
    chassis::Loop loop;
    chassis::Loop* loops[] = {&loop};
    chassis::http::Server server({}, get_product);
    server.listen("127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[1])));
    server.start(loops);
    loop.run();
}
