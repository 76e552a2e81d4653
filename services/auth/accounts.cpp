#include "services/auth/accounts.hpp"

#include <algorithm>
#include <cctype>

#include "chassis/base/text.hpp"

namespace auth {

std::string normalized_email(std::string_view email) {
    std::string text(chassis::base::trim(email));
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool add_account(chassis::Transaction& tx, const Account& account, chassis::base::Time now) {
    return tx.run(
               "INSERT INTO accounts (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5) "
               "ON CONFLICT (email) DO NOTHING",
               account.id, account.email, account.name, account.password_hash, now) > 0;
}

std::optional<Account> find_account(chassis::Connection& db, std::string_view email) {
    return db.one<Account>("SELECT id, email, name, password_hash FROM accounts WHERE email = $1", email);
}

std::optional<Account> find_account(chassis::Connection& db, contracts::CustomerId id) {
    return db.one<Account>("SELECT id, email, name, password_hash FROM accounts WHERE id = $1", id);
}

void change_password_hash(chassis::Transaction& tx, contracts::CustomerId id, std::string_view hash) {
    tx.run("UPDATE accounts SET password_hash = $1 WHERE id = $2", hash, id);
}

}  // namespace auth
