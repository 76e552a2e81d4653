// The HTTP interface, in the order of the OpenAPI document.
#include <optional>
#include <string>

#include "chassis/app/hook.hpp"
#include "chassis/database/database.hpp"
#include "chassis/security/password.hpp"
#include "services/auth/accounts.hpp"
#include "services/auth/auth.hpp"
#include "services/auth/passwords.hpp"
#include "services/auth/tokens.hpp"

namespace auth {

namespace {

using namespace chassis;

struct Registration {
    std::string email;
    std::string password;
    std::string name;

    static void rules(Rules<Registration>& field) {
        field(&Registration::email)
            .length(3, 254)
            .matches("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
            .example("alice@example.com");
        field(&Registration::password).length(8, 128);
        field(&Registration::name).length(1, 120).matches("[^\\u0000-\\u001f\\u007f-\\u009f]+");
    }
};

struct Customer {
    contracts::CustomerId id;
    std::string email;
    std::string name;
};

Task<Created<Customer>> register_customer(Body<Registration> wanted, Database& database, const Clock& clock,
                                          Passwords& passwords) {
    Account account{.id = contracts::CustomerId{Uuid::random()},
                    .email = normalized_email(wanted->email),
                    .name = wanted->name,
                    .password_hash = {}};
    account.password_hash = co_await passwords.hash(wanted->password);
    const auto now = clock.now();
    const bool added = co_await database.write([&](Transaction& tx) { return add_account(tx, account, now); });
    if (!added) throw HttpError{409, "This e-mail address has an account"};
    co_return Created<Customer>{{account.id, account.email, account.name}, "/v1/me"};
}

// OAuth2's password grant (RFC 6749, section 4.3), as FastAPI's OAuth2PasswordRequestForm takes it.
struct PasswordForm {
    std::optional<std::string> grant_type;
    std::string username;
    std::string password;
    std::optional<std::string> scope;

    static void rules(Rules<PasswordForm>& field) { field(&PasswordForm::grant_type).matches("password"); }
};

struct TokenReply {
    std::string access_token;
    std::string token_type;
    std::int64_t expires_in;  // seconds
};

Task<TokenReply> get_token(Form<PasswordForm> form, Database& database, const Clock& clock, Passwords& passwords,
                           const Tokens& tokens) {
    const std::string email = normalized_email(form->username);
    const auto account = co_await database.read([&](Connection& db) { return find_account(db, email); });
    std::optional<std::string> stored;
    if (account) stored = account->password_hash;
    const bool right = co_await passwords.is_right(std::move(stored), form->password);
    if (!right) {
        throw HttpError{401, "Incorrect username or password"}.header("WWW-Authenticate", "Bearer");
    }
    if (security::needs_rehash(account->password_hash)) {
        const std::string hash = co_await passwords.hash(form->password);
        co_await database.write([&](Transaction& tx) { change_password_hash(tx, account->id, hash); });
    }
    co_return TokenReply{tokens.token_for(*account, clock.now()), "bearer", Tokens::lifetime.count()};
}

Response get_jwks(const Tokens& tokens) {
    Response response = Response::json(tokens.jwks());
    response.headers.append("Cache-Control", "public, max-age=300");
    return response;
}

Task<Customer> get_me(Headers<Bearer> header, Database& database, const Clock& clock, const Tokens& tokens) {
    const auto id = tokens.owner_of(header->token, clock.now());
    if (!id) throw HttpError{401, "Not authenticated"}.header("WWW-Authenticate", "Bearer");
    auto account = co_await database.read([&](Connection& db) { return find_account(db, *id); });
    if (!account) throw HttpError{401, "Not authenticated"}.header("WWW-Authenticate", "Bearer");
    co_return Customer{account->id, account->email, account->name};
}

// RFC 6749, section 5.1.
Task<Response> not_stored(Request& request, Next next) {
    Response response = co_await next(request);
    response.headers.append("Cache-Control", "no-store").append("Pragma", "no-cache");
    co_return response;
}

}  // namespace

void install(App& app) {
    app.post("/v1/register", register_customer).errors(409, 503);
    app.post("/oauth/token", get_token).hook(not_stored).errors(401, 503);
    app.get("/.well-known/jwks.json", get_jwks);
    app.get("/v1/me", get_me).errors(401);
}

}  // namespace auth
