#include "contracts/clients.hpp"

#include <gmock/gmock.h>

#include "chassis/async/run.hpp"
#include "contracts/fake_service_test.hpp"

namespace contracts {

namespace {

using namespace chassis;

// What a handler that awaits `call` answers its own customer.
template <class T>
HttpError answer_of(Task<T> call) {
    try {
        async::run(std::move(call));
    } catch (const HttpError& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return HttpError{0, ""};
}

FakeService refusing(int status, std::string retry_after = {}) {
    return FakeService([=](Request&) -> Task<Response> {
        Response response = Response::error(status, "Refused");
        if (!retry_after.empty()) response.headers.append("Retry-After", retry_after);
        co_return response;
    });
}

HttpError answer_to_reserve(FakeService fake) {
    const ProductClient products(fake.client(), Secret("the services' own"));
    return answer_of(products.reserve(OrderId{Uuid::random()}, {.lines = {{ProductId{1}, 1}}, .attempt = 1}));
}

HttpError answer_to_release(FakeService fake) {
    const ProductClient products(fake.client(), Secret("the services' own"));
    return answer_of(products.release(OrderId{Uuid::random()}, 1));
}

HttpError answer_to_cart(FakeService fake) {
    const CartClient carts(fake.client());
    return answer_of(carts.cart("the customer's"));
}

TEST(ClientsTest, the_customers_own_token_is_the_customers_business) {
    const auto error = answer_to_cart(refusing(401));
    EXPECT_EQ(error.status, 401);
    EXPECT_EQ(error.detail, "Refused");
    EXPECT_EQ(error.headers.get("WWW-Authenticate"), "Bearer");
}

TEST(ClientsTest, the_services_token_is_not) {
    for (const auto& error : {answer_to_reserve(refusing(401)), answer_to_release(refusing(401))}) {
        EXPECT_EQ(error.status, 503);
        EXPECT_EQ(error.headers.get("Retry-After"), "1");
    }
}

TEST(ClientsTest, too_little_stock_is_for_the_customer_to_settle) {
    const auto error = answer_to_reserve(refusing(409));
    EXPECT_EQ(error.status, 409);
    EXPECT_EQ(error.detail, "Refused");
    EXPECT_EQ(error.headers.get("Retry-After"), std::nullopt);
}

TEST(ClientsTest, a_refusal_that_says_when_to_come_back_says_so_to_the_customer) {
    const auto error = answer_to_reserve(refusing(409, "7"));
    EXPECT_EQ(error.status, 409);
    EXPECT_EQ(error.headers.get("Retry-After"), "7");
}

TEST(ClientsTest, every_other_refusal_is_a_503) {
    for (const int status : {400, 404, 422, 500, 503}) {
        EXPECT_EQ(answer_to_reserve(refusing(status)).status, 503) << status;
        EXPECT_EQ(answer_to_cart(refusing(status)).status, 503) << status;
    }
}

}  // namespace

}  // namespace contracts
