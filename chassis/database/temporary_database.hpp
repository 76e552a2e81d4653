// A database of a test: in a folder of its own that goes with it.
//
//     TemporaryDatabase file;
//     auto database = Database::open(file.settings());
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "chassis/database/database.hpp"

namespace chassis::database {

class TemporaryDatabase {
  public:
    TemporaryDatabase() {
        std::string pattern = (std::filesystem::temp_directory_path() / "neighborhood-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + pattern);
        folder_ = pattern;
    }
    ~TemporaryDatabase() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    TemporaryDatabase(const TemporaryDatabase&) = delete;
    TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] std::string path() const { return (folder_ / "test.db").string(); }
    [[nodiscard]] Database::Settings settings() const {
        Database::Settings settings;
        settings.url = "sqlite:" + path();
        return settings;
    }
    [[nodiscard]] std::unique_ptr<Database> open() const { return Database::open(settings()); }

  private:
    std::filesystem::path folder_;
};

}  // namespace chassis::database
