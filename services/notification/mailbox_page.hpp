#pragma once

#include <span>
#include <string>

#include "services/notification/mails.hpp"

namespace notification {

// The mails as a page of HTML; all that customers wrote is escaped.
std::string mailbox_page(std::span<const Mail> mails);

}  // namespace notification
