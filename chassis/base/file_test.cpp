#include "chassis/base/file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <system_error>

namespace chassis::base {
namespace {

using std::filesystem::perms;

class FileTest : public testing::Test {
  protected:
    FileTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "file-test-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
        folder = pattern;
    }
    ~FileTest() override { std::filesystem::remove_all(folder); }

    std::filesystem::path folder;
};

TEST_F(FileTest, what_is_written_is_read) {
    const auto file = folder / "secret";
    EXPECT_EQ(read_file(file), std::nullopt);
    write_file(file, "first");
    EXPECT_EQ(read_file(file), "first");
    const std::string large(100'000, 'x');
    write_file(file, large);
    EXPECT_EQ(read_file(file), large);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1) << "nothing else is left there";
}

TEST_F(FileTest, only_its_owner_may_read_it_whatever_the_umask) {
    const mode_t before = ::umask(0);
    write_file(folder / "a" / "b" / "secret", "text");
    ::umask(before);
    const auto may = [&](const std::filesystem::path& path) { return std::filesystem::status(path).permissions(); };
    EXPECT_EQ(may(folder / "a" / "b" / "secret"), perms::owner_read | perms::owner_write);
    EXPECT_EQ(may(folder / "a" / "b"), perms::owner_all);
    EXPECT_EQ(may(folder / "a"), perms::owner_all);
}

TEST_F(FileTest, a_file_that_cannot_be_written_is_named_and_the_old_one_stays) {
    const auto file = folder / "secret";
    write_file(file, "old");
    std::filesystem::create_directory(folder / ".secret.new");
    try {
        write_file(file, "new");
        FAIL() << "it was written";
    } catch (const std::system_error& error) {
        EXPECT_NE(std::string(error.what()).find(".secret.new"), std::string::npos) << error.what();
    }
    EXPECT_EQ(read_file(file), "old");
    EXPECT_THROW(read_file(folder), std::system_error);
}

}  // namespace
}  // namespace chassis::base
