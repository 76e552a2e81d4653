// What a handler may ask for by value, and how to add to it.
//
//     struct Page { int limit = 20; std::optional<int> after; static void rules(Rules<Page>& field) { ... } };
//     Task<ProductPage> list_products(Query<Page> page);      // page->limit
//     Task<Created<Product>> add_product(Body<NewProduct> product);
//
// A type says by itself how it is read from a request:
//
//     template <> struct chassis::app::Argument<Language> {
//         static Language read(Call& call) { return
//         Language(call.request.headers.get("Accept-Language").value_or("en")); } static void describe(Description&
//         description) {
//             description.parameter({.name = "Accept-Language", .in = "header", .required = false, .schema = "{...}"});
//         }
//     };
//
// read() throws a ValidationError or an HttpError when it cannot; every argument's errors come in one reply.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "chassis/app/call.hpp"
#include "chassis/app/operation.hpp"
#include "chassis/model/fields.hpp"
#include "chassis/model/json.hpp"

namespace chassis::app {

namespace detail {

// A model and where it came from.
template <class M>
struct Carried {
    using Model = M;

    M value;

    M* operator->() noexcept { return &value; }
    const M* operator->() const noexcept { return &value; }
    M& operator*() noexcept { return value; }
    const M& operator*() const noexcept { return value; }
};

}  // namespace detail

/// The placeholders of the path by name: each is a member of Model.
template <class M>
struct Path : detail::Carried<M> {};
/// ?limit=20&tag=a&tag=b; a vector takes every value of its name.
template <class M>
struct Query : detail::Carried<M> {};
/// Header fields: the member `x_service_token` is `X-Service-Token`.
template <class M>
struct Headers : detail::Carried<M> {};
template <class M>
struct Cookies : detail::Carried<M> {};
/// The JSON body.
template <class M>
struct Body : detail::Carried<M> {};
/// A body of application/x-www-form-urlencoded.
template <class M>
struct Form : detail::Carried<M> {};

/// How a T is read from a request. Specialise it for a type of your own, with read() and describe().
template <class T>
struct Argument;

template <class T>
concept HasArgument = requires(Call& call, Description& description) {
    { Argument<T>::read(call) } -> std::convertible_to<T>;
    Argument<T>::describe(description);
};

namespace detail {

// Where text-valued models are read from; each finds its values when it is made.
class TextSource : public model::FieldSource {
  public:
    void values(std::string_view name, std::vector<std::string_view>& out) const override;

  protected:
    void add_pairs(std::string_view text, char separator, bool form_encoded);

    std::vector<std::pair<std::string, std::string>> pairs_;
};
class QuerySource final : public TextSource {
  public:
    explicit QuerySource(const Call& call);
};
class CookieSource final : public TextSource {
  public:
    explicit CookieSource(const Call& call);
};
class FormSource final : public TextSource {
  public:
    explicit FormSource(const Call& call);
};
class PathSource final : public TextSource {
  public:
    explicit PathSource(const Call& call);
};
class HeaderSource final : public model::FieldSource {
  public:
    explicit HeaderSource(const Call& call) : call_(call) {}
    void values(std::string_view name, std::vector<std::string_view>& out) const override;

  private:
    const Call& call_;
};

// The body's text when it is there and is JSON; throws the ValidationError that FastAPI would answer with.
std::string_view json_body(const Call& call);
void describe_path_model(Description& description, std::string_view name);

}  // namespace detail

template <class M>
struct Argument<Path<M>> {
    static Path<M> read(Call& call) {
        return {{model::from_fields<M>(detail::PathSource(call), "path", model::Naming::as_is)}};
    }
    static void describe(Description& description) {
        for (auto member : model::names<M>()) detail::describe_path_model(description, member);
        description.parameters<M>("path");
        description.validates();
    }
};

template <class M>
struct Argument<Query<M>> {
    static Query<M> read(Call& call) {
        return {{model::from_fields<M>(detail::QuerySource(call), "query", model::Naming::as_is)}};
    }
    static void describe(Description& description) {
        description.parameters<M>("query");
        description.validates();
    }
};

template <class M>
struct Argument<Headers<M>> {
    static Headers<M> read(Call& call) {
        return {{model::from_fields<M>(detail::HeaderSource(call), "header", model::Naming::header)}};
    }
    static void describe(Description& description) {
        description.parameters<M>("header", model::Naming::header);
        description.validates();
    }
};

template <class M>
struct Argument<Cookies<M>> {
    static Cookies<M> read(Call& call) {
        return {{model::from_fields<M>(detail::CookieSource(call), "cookie", model::Naming::as_is)}};
    }
    static void describe(Description& description) {
        description.parameters<M>("cookie");
        description.validates();
    }
};

template <class M>
struct Argument<Form<M>> {
    static Form<M> read(Call& call) {
        return {{model::from_fields<M>(detail::FormSource(call), "body", model::Naming::as_is)}};
    }
    static void describe(Description& description) {
        description.body<M>("application/x-www-form-urlencoded");
        description.validates();
    }
};

template <class M>
struct Argument<Body<M>> {
    // Goes before the place of each error; given here, it costs nothing when there is none.
    static constexpr std::string_view where = "body";

    static Body<M> read(Call& call) { return {{model::from_json<M>(detail::json_body(call))}}; }
    static void describe(Description& description) {
        description.body<M>("application/json");
        description.validates();
    }
};

}  // namespace chassis::app

namespace chassis {
using app::Body;
using app::Cookies;
using app::Form;
using app::Headers;
using app::Path;
using app::Query;
}  // namespace chassis
