#include "chassis/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace chassis::base {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path) {
    throw std::system_error(errno, std::generic_category(), std::string(what) + " " + path.string());
}

class Open {
  public:
    Open(const std::filesystem::path& path, int flags, const char* what)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
        if (number_ < 0) fail(what, path);
    }
    ~Open() { ::close(number_); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

    int number() const { return number_; }

  private:
    int number_;
};

}  // namespace

void make_private_folders(const std::filesystem::path& folder) {
    if (folder.empty() || std::filesystem::is_directory(folder)) return;
    make_private_folders(folder.parent_path());
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail("cannot make the folder", folder);
}

void write_file(const std::filesystem::path& file, std::string_view text) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    make_private_folders(folder);
    const auto unfinished = folder / ("." + file.filename().string() + ".new");
    {
        const Open out(unfinished, O_WRONLY | O_CREAT | O_TRUNC, "cannot write");
        while (!text.empty()) {
            const auto written = ::write(out.number(), text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("cannot write", unfinished);
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(out.number()) != 0) fail("cannot sync", unfinished);
    }
    if (::rename(unfinished.c_str(), file.c_str()) != 0) fail("cannot write", file);
    const Open names(folder, O_RDONLY | O_DIRECTORY, "cannot open");
    if (::fsync(names.number()) != 0) fail("cannot sync", folder);
}

std::optional<std::string> read_file(const std::filesystem::path& file) {
    const int number = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (number < 0 && errno == ENOENT) return std::nullopt;
    if (number < 0) fail("cannot read", file);
    std::string text;
    char part[4096];
    ssize_t size = 0;
    while ((size = ::read(number, part, sizeof part)) != 0) {
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) break;
        text.append(part, static_cast<std::size_t>(size));
    }
    const int error = errno;
    ::close(number);
    errno = error;
    if (size < 0) fail("cannot read", file);
    return text;
}

}  // namespace chassis::base
