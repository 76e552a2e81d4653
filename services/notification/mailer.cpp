#include "services/notification/mailer.hpp"

#include <curl/curl.h>

#include <chrono>
#include <ctime>
#include <stdexcept>

#include "chassis/base/file.hpp"
#include "chassis/messaging/event.hpp"

namespace notification {

namespace {

// "Sun, 22 Nov 2026 10:00:00 +0000"
std::string rfc5322_date(chassis::base::Time time) {
    const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return text;
}

// A line end in it would be a field of its own.
std::string field(const std::string& value) {
    for (const unsigned char c : value) {
        if (c < 0x20 || c == 0x7f) throw chassis::messaging::Permanent("a field of a mail holds a control character");
    }
    return value;
}

class MailboxOnDisk final : public Mailer {
  public:
    MailboxOnDisk(std::filesystem::path folder, std::string from, chassis::async::Workers& workers)
        : folder_(std::move(folder)), from_(std::move(from)), workers_(workers) {
        chassis::base::make_private_folders(folder_);
    }

    chassis::Task<> send(Mail mail) const override {
        co_await workers_.run(
            [&] { chassis::base::write_file(folder_ / (to_string(mail.id) + ".eml"), message_text(mail, from_)); });
    }

  private:
    std::filesystem::path folder_;
    std::string from_;
    chassis::async::Workers& workers_;
};

class SmtpMailer final : public Mailer {
  public:
    SmtpMailer(std::string url, std::string from, chassis::async::Workers& workers)
        : url_(std::move(url)), from_(std::move(from)), workers_(workers) {}

    chassis::Task<> send(Mail mail) const override {
        co_await workers_.run([&] { deliver(mail); });
    }

  private:
    struct Upload {
        std::string text;
        std::size_t sent = 0;
    };

    static std::size_t read_some(char* to, std::size_t size, std::size_t count, void* from) {
        auto& upload = *static_cast<Upload*>(from);
        const auto copied = upload.text.copy(to, size * count, upload.sent);
        upload.sent += copied;
        return copied;
    }

    void deliver(const Mail& mail) const {
        const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), &curl_easy_cleanup};
        const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients{
            curl_slist_append(nullptr, ("<" + mail.recipient + ">").c_str()), &curl_slist_free_all};
        if (!curl || !recipients) throw std::bad_alloc{};
        Upload upload{.text = message_text(mail, from_)};
        char error[CURL_ERROR_SIZE] = "";
        const std::string sender = "<" + from_ + ">";
        curl_easy_setopt(curl.get(), CURLOPT_URL, url_.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, sender.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &read_some);
        curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
        curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 15L);
        curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
        if (const auto code = curl_easy_perform(curl.get()); code != CURLE_OK) {
            const std::string why = error[0] != '\0' ? error : curl_easy_strerror(code);
            const std::string what = "the SMTP server did not take mail " + to_string(mail.id) + ": " + why;
            // RFC 5321, section 4.2.1: 5 is for ever. What the server says of others than the recipient may be mended.
            if (why.starts_with("RCPT failed: 5")) throw chassis::messaging::Permanent(what);
            throw std::runtime_error(what);
        }
    }

    std::string url_;
    std::string from_;
    chassis::async::Workers& workers_;
};

}  // namespace

std::string message_text(const Mail& mail, const std::string& from) {
    std::string text = "Date: " + rfc5322_date(mail.created_at) + "\r\nFrom: <" + field(from) + ">\r\nTo: <" +
                       field(mail.recipient) + ">\r\nSubject: " + field(mail.subject) + "\r\nMessage-ID: <" +
                       to_string(mail.id) +
                       "@neighborhood>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: 8bit\r\n\r\n";
    for (const char c : mail.body) {
        if (c == '\n' && !text.ends_with('\r')) text += '\r';
        text += c;
    }
    return text;
}

std::unique_ptr<Mailer> mailbox_on_disk(std::filesystem::path folder, std::string from,
                                        chassis::async::Workers& workers) {
    return std::make_unique<MailboxOnDisk>(std::move(folder), std::move(from), workers);
}

std::unique_ptr<Mailer> smtp_mailer(std::string url, std::string from, chassis::async::Workers& workers) {
    return std::make_unique<SmtpMailer>(std::move(url), std::move(from), workers);
}

}  // namespace notification
