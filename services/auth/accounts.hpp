// The customers' accounts. Passwords are kept as argon2id hashes, which are made and compared off the event loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chassis/base/clock.hpp"
#include "chassis/database/database.hpp"
#include "contracts/ids.hpp"

namespace auth {

struct Account {
    contracts::CustomerId id;
    std::string email;  // in lower case
    std::string name;
    std::string password_hash;
};

// As it is compared: without outer spaces, in lower case.
std::string normalized_email(std::string_view email);

// False when the e-mail address has an account already.
bool add_account(chassis::Transaction& tx, const Account& account, chassis::base::Time now);

std::optional<Account> find_account(chassis::Connection& db, std::string_view email);
std::optional<Account> find_account(chassis::Connection& db, contracts::CustomerId id);

void change_password_hash(chassis::Transaction& tx, contracts::CustomerId id, std::string_view hash);

}  // namespace auth
