// What a handler may return, and how it becomes the reply.
//
//     Task<Product> get_product(...)              200 and the model as JSON
//     Task<Created<Product>> add_product(...)     201: co_return {product, "/products/" + to_string(product.id)};
//     NoContent forget_product(...)               204
//     Response export_products(...)               as it stands
//
// A type says by itself how it is sent: specialise Reply<T> with make() and describe().
#pragma once

#include <string>
#include <utility>

#include "chassis/app/operation.hpp"
#include "chassis/http/message.hpp"
#include "chassis/model/json.hpp"

namespace chassis::app {

/// 201 with the model and where it is found from now on.
template <class M>
struct Created {
    M value;
    std::string location;
};

/// 202: the work goes on; the location, unless empty, says where to look.
template <class M>
struct Accepted {
    M value;
    std::string location{};
};

/// 204.
struct NoContent {};

/// How an R is sent; this one is for models. Specialise it for a type of your own.
template <class R>
struct Reply {
    static http::Response make(http::Request& request, const R& value) {
        http::Response response;
        response.body = request.take_buffer();
        model::write_json(response.body, value);
        return response;
    }
    static void describe(Description& description) { description.reply<R>(200); }
};

template <class M>
struct Reply<Created<M>> {
    static http::Response make(http::Request& request, const Created<M>& created) {
        http::Response response = Reply<M>::make(request, created.value);
        response.status = 201;
        response.headers.append("Location", created.location);
        return response;
    }
    static void describe(Description& description) {
        description.reply<M>(201);
        description.header(201, "Location", "Where it is found");
    }
};

template <class M>
struct Reply<Accepted<M>> {
    static http::Response make(http::Request& request, const Accepted<M>& accepted) {
        http::Response response = Reply<M>::make(request, accepted.value);
        response.status = 202;
        if (!accepted.location.empty()) response.headers.append("Location", accepted.location);
        return response;
    }
    static void describe(Description& description) { description.reply<M>(202); }
};

template <>
struct Reply<NoContent> {
    static http::Response make(http::Request&, NoContent) {
        http::Response response;
        response.status = 204;
        return response;
    }
    static void describe(Description& description) { description.reply(204, {Description::success_text(204)}); }
};

// Its status and type are known only when it is made; the route's status() and errors() say more.
template <>
struct Reply<http::Response> {
    static http::Response make(http::Request&, http::Response&& response) { return std::move(response); }
    static void describe(Description& description) {
        description.reply(200, {Description::success_text(200), "application/json", "{}"});
    }
};

}  // namespace chassis::app

namespace chassis {
using app::Accepted;
using app::Created;
using app::NoContent;
}  // namespace chassis
