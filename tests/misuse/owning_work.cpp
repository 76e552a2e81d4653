// expect: a function that owns something is a variable
#include <string>

#include "chassis/async/task.hpp"
#include "chassis/async/workers.hpp"

chassis::Task<std::size_t> size_of(std::string text, chassis::async::Workers& workers) {
    const std::size_t size = co_await workers.run([text] { return text.size(); });
    co_return size;
}
