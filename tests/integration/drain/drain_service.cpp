// drain_service FOLDER: GET /slow leaves a file "begun" in the folder and answers when there is one named "go".
#include <chrono>
#include <filesystem>
#include <fstream>

#include "chassis/app/app.hpp"
#include "chassis/async/timer.hpp"

namespace {

using namespace chassis;
using namespace std::chrono_literals;

struct Folder {
    std::filesystem::path path;
};

Task<Response> get_slow(const Folder& folder) {
    std::ofstream(folder.path / "begun").flush();
    while (!std::filesystem::exists(folder.path / "go")) co_await async::sleep_for(2ms);
    co_return Response::text(200, "done");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    Folder folder{argv[1]};
    App app{"drain"};
    app.share(folder);
    app.get("/slow", get_slow);
    return app.run(1, argv);
}
