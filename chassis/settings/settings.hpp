// A plain struct read from secret files, the environment, a YAML file and its own defaults.
//
//     struct ShopSettings {
//         std::string database_url;                         // DATABASE_URL, or DATABASE_URL_FILE
//         int page_size = 20;
//         static void rules(Rules<ShopSettings>& field) { field(&ShopSettings::page_size).has_default().at_most(100); }
//     };
//     auto settings = settings::load<ShopSettings>(settings::Sources::from_process());
#pragma once

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "chassis/model/fields.hpp"
#include "chassis/settings/secret.hpp"

namespace chassis::settings {

/// What is wrong with the settings: a line for each, with the variable's name and what to do.
struct SettingsError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where values come from.
class Sources {
  public:
    Sources() = default;
    /// The process's environment and, when SETTINGS_FILE is set, that file. Throws SettingsError when it cannot be
    /// read.
    [[nodiscard]] static Sources from_process();

    Sources& set_variable(std::string name, std::string value);
    /// `file` is for messages. Throws SettingsError when the text is no YAML mapping.
    Sources& add_yaml(const std::string& text, const std::string& file);

    /// The texts for a member, and what is wrong with how they are given: appended to `errors`.
    [[nodiscard]] std::vector<std::string> find(std::string_view member, bool is_list,
                                                std::vector<std::string>& errors) const;

    /// Keys of the YAML file that nobody asked for: misspelt ones, most likely.
    [[nodiscard]] std::vector<std::string> unused() const;

  private:
    std::map<std::string, std::string, std::less<>> variables_;
    std::map<std::string, std::vector<std::string>, std::less<>> file_;
    mutable std::set<std::string, std::less<>> asked_;
};

namespace detail {

struct MemberKind {
    bool is_list = false;
    bool is_secret = false;
};

template <class M>
inline constexpr bool is_vector = false;
template <class M>
inline constexpr bool is_vector<std::vector<M>> = true;

/// The texts of every member, found before they are parsed.
class Found final : public model::FieldSource {
  public:
    Found(const Sources& sources, const model::ModelInfo& info, const std::vector<MemberKind>& kinds);
    void values(std::string_view name, std::vector<std::string_view>& out) const override;

    /// Throws a SettingsError with all that was wrong; does nothing when nothing was.
    void check(const model::ValidationError* invalid) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> texts_;
    std::set<std::string, std::less<>> secrets_;
    std::set<std::string, std::less<>> badly_given_;
    std::vector<std::string> errors_;
};

std::string describe(const model::ModelInfo& info);

}  // namespace detail

/// For --help: a line for each variable, with what its rules' about() says.
template <class T>
[[nodiscard]] std::string describe() {
    return detail::describe(model::info_of<T>());
}

/// Throws SettingsError.
template <class T>
[[nodiscard]] T load(const Sources& sources) {
    std::vector<detail::MemberKind> kinds;
    T shape{};
    model::for_each_member(shape, [&](std::string_view, const auto& member) {
        using M = std::remove_cvref_t<decltype(member)>;
        kinds.push_back({detail::is_vector<M>, std::is_same_v<M, Secret> || std::is_same_v<M, std::optional<Secret>>});
    });
    const detail::Found found(sources, model::info_of<T>(), kinds);
    try {
        T settings = model::from_fields<T>(found, "settings");
        found.check(nullptr);
        return settings;
    } catch (const model::ValidationError& error) {
        found.check(&error);
        throw;
    }
}

}  // namespace chassis::settings
