// The mailer of the notification service against a real SMTP server.
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "chassis/async/run.hpp"
#include "chassis/base/file.hpp"
#include "chassis/http/test_socket.hpp"
#include "chassis/messaging/event.hpp"
#include "services/notification/mailer.hpp"

namespace notification {

namespace {

using namespace chassis;
using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;

// smtp_server.py, on a folder of its own.
class SmtpServer {
  public:
    SmtpServer() {
        std::string pattern = std::filesystem::temp_directory_path() / "smtp-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        folder_ = pattern;
        int in[2];
        int out[2];
        if (::pipe(in) != 0 || ::pipe(out) != 0) throw std::runtime_error("pipe failed");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(in[0], STDIN_FILENO);
            ::dup2(out[1], STDOUT_FILENO);
            for (const int end : {in[0], in[1], out[0], out[1]}) ::close(end);
            // Debian's Python: python3-aiosmtpd is a package of it.
            ::execl("/usr/bin/python3", "python3", SOURCE_ROOT "/tests/integration/smtp/smtp_server.py",
                    folder_.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        stdin_ = in[1];
        FILE* lines = ::fdopen(out[0], "r");
        if (std::fscanf(lines, "%d", &port_) != 1) throw std::runtime_error("smtp_server.py did not start");
        std::fclose(lines);
    }
    ~SmtpServer() {
        ::close(stdin_);
        ::waitpid(pid_, nullptr, 0);
        std::filesystem::remove_all(folder_);
    }

    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
    // The n-th message that it took; empty when there is none.
    std::string message(int number) const {
        return base::read_file(folder_ / (std::to_string(number) + ".eml")).value_or("");
    }

  private:
    std::filesystem::path folder_;
    pid_t pid_ = -1;
    int stdin_ = -1;
    int port_ = 0;
};

class SmtpTest : public testing::Test {
  protected:
    void send_to(const std::string& url, const Mail& mail) {
        const auto mailer = smtp_mailer(url, "shop@neighborhood.example", workers);
        async::run(mailer->send(mail));
    }
    Mail mail_to(const std::string& recipient, std::string body = "Thank you.\n") const {
        return {.id = id,
                .order_id = contracts::OrderId{Uuid::random()},
                .kind = MailKind::receipt,
                .recipient = recipient,
                .subject = "Your receipt",
                .body = std::move(body),
                .created_at = Time{1'700'000'000s},
                .sent_at = std::nullopt};
    }

    async::Workers workers{1};
    const Uuid id = Uuid::random();
};

TEST_F(SmtpTest, a_mail_arrives_as_it_was_written) {
    SmtpServer server;
    send_to(server.url(), mail_to("alice@example.com", "Thank you.\n.\n..two dots\n2 x Füße at 12.99 EUR\n"));
    const auto message = server.message(1);
    EXPECT_THAT(message, HasSubstr("X-From: shop@neighborhood.example\r\nX-To: alice@example.com\r\n"));
    EXPECT_THAT(message, HasSubstr("\r\nFrom: <shop@neighborhood.example>\r\nTo: <alice@example.com>\r\n"));
    EXPECT_THAT(message, HasSubstr("\r\nSubject: Your receipt\r\n"));
    EXPECT_THAT(message, HasSubstr("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
    EXPECT_THAT(message, EndsWith("\r\n\r\nThank you.\r\n.\r\n..two dots\r\n2 x Füße at 12.99 EUR\r\n"));
}

TEST_F(SmtpTest, a_mail_that_is_sent_twice_carries_the_same_message_id) {
    SmtpServer server;
    const auto mail = mail_to("alice@example.com");
    send_to(server.url(), mail);
    send_to(server.url(), mail);
    const std::string field = "Message-ID: <" + to_string(id) + "@neighborhood>\r\n";
    EXPECT_THAT(server.message(1), HasSubstr(field));
    EXPECT_THAT(server.message(2), HasSubstr(field));
}

TEST_F(SmtpTest, a_recipient_who_is_put_off_is_tried_again) {
    SmtpServer server;
    try {
        send_to(server.url(), mail_to("busy@example.com"));
        FAIL() << "it was taken";
    } catch (const messaging::Permanent& error) {
        FAIL() << error.what();
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("451"));
    }
}

TEST_F(SmtpTest, a_recipient_who_does_not_exist_is_not_tried_again) {
    SmtpServer server;
    try {
        send_to(server.url(), mail_to("nobody@example.com"));
        FAIL() << "it was taken";
    } catch (const messaging::Permanent& error) {
        EXPECT_THAT(error.what(), HasSubstr("550"));
    }
}

TEST_F(SmtpTest, a_server_that_is_away_is_tried_again) {
    http::TestListener nobody;
    const int port = nobody.port();
    nobody.close();
    try {
        send_to("smtp://127.0.0.1:" + std::to_string(port), mail_to("alice@example.com"));
        FAIL() << "it was taken";
    } catch (const messaging::Permanent& error) {
        FAIL() << error.what();
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("did not take mail " + to_string(id)));
    }
}

}  // namespace

}  // namespace notification
