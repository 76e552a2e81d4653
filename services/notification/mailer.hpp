// Where mail goes: a folder on disk (the default, for development), or an SMTP server.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "chassis/async/task.hpp"
#include "chassis/async/workers.hpp"
#include "services/notification/mails.hpp"

namespace notification {

class Mailer {
  public:
    virtual ~Mailer() = default;

    // Hands the mail over; it is safe once this returns. Sent again, it carries the same Message-ID. Throws
    // std::runtime_error when it cannot be handed over, messaging::Permanent when it never can be.
    virtual chassis::Task<> send(Mail mail) const = 0;
};

// The mail as RFC 5322 text, lines ended by CRLF. Throws messaging::Permanent for a control character in a field.
std::string message_text(const Mail& mail, const std::string& from);

// One file for each mail, named by its id: written whole, synced, then renamed, so that sending twice leaves one.
std::unique_ptr<Mailer> mailbox_on_disk(std::filesystem::path folder, std::string from,
                                        chassis::async::Workers& workers);

// `url` as libcurl takes it: smtp://host:port, smtps://user:password@host:port.
std::unique_ptr<Mailer> smtp_mailer(std::string url, std::string from, chassis::async::Workers& workers);

}  // namespace notification
