#include "services/notification/mailer.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <system_error>

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

void write_and_sync(const std::filesystem::path& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + path.string());
    const bool done =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (!done) throw std::system_error(error, std::generic_category(), "cannot write " + path.string());
}

void sync_folder(const std::filesystem::path& path) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path.string());
    const bool done = ::fsync(folder) == 0;
    ::close(folder);
    if (!done) throw std::runtime_error("cannot sync " + path.string());
}

class MailboxOnDisk final : public Mailer {
  public:
    MailboxOnDisk(std::filesystem::path folder, std::string from, chassis::async::Workers& workers)
        : folder_(std::move(folder)), from_(std::move(from)), workers_(workers) {
        std::filesystem::create_directories(folder_);
    }

    chassis::Task<> send(Mail mail) const override {
        co_await workers_.run([&] {
            const auto name = to_string(mail.id) + ".eml";
            const auto unfinished = folder_ / ("." + name);
            write_and_sync(unfinished, message_text(mail, from_));
            std::filesystem::rename(unfinished, folder_ / name);
            sync_folder(folder_);
        });
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
        const auto part = std::min(size * count, upload.text.size() - upload.sent);
        std::memcpy(to, upload.text.data() + upload.sent, part);
        upload.sent += part;
        return part;
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
            throw std::runtime_error("the SMTP server did not take mail " + to_string(mail.id) + ": " +
                                     (error[0] != '\0' ? error : curl_easy_strerror(code)));
        }
    }

    std::string url_;
    std::string from_;
    chassis::async::Workers& workers_;
};

}  // namespace

std::string message_text(const Mail& mail, const std::string& from) {
    std::string text = "Date: " + rfc5322_date(mail.created_at) + "\r\nFrom: <" + from + ">\r\nTo: <" + mail.recipient +
                       ">\r\nSubject: " + mail.subject + "\r\nMessage-ID: <" + to_string(mail.id) +
                       "@neighborhood>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: 8bit\r\n\r\n";
    for (const char c : mail.body) {
        if (c == '\n') text += '\r';
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
