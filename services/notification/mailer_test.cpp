#include "services/notification/mailer.hpp"

#include <gmock/gmock.h>

#include "chassis/messaging/event.hpp"

namespace notification {

namespace {

using namespace std::chrono_literals;
using testing::StartsWith;

Mail mail() {
    return {.id = chassis::Uuid::random(),
            .order_id = contracts::OrderId{chassis::Uuid::random()},
            .kind = MailKind::receipt,
            .recipient = "alice@example.com",
            .subject = "Your receipt",
            .body = "Thank you.\n",
            .created_at = chassis::Time{1'700'000'000s},
            .sent_at = std::nullopt};
}

TEST(MessageTextTest, is_head_and_body_with_lines_ended_by_crlf) {
    const auto one = mail();
    EXPECT_EQ(message_text(one, "shop@example.com"),
              "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nFrom: <shop@example.com>\r\nTo: <alice@example.com>\r\n"
              "Subject: Your receipt\r\nMessage-ID: <" +
                  to_string(one.id) +
                  "@neighborhood>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: 8bit\r\n\r\nThank you.\r\n");
}

TEST(MessageTextTest, a_line_end_in_a_field_never_becomes_a_mail) {
    for (const std::string& end : std::vector<std::string>{"\r\n", "\n", "\r", std::string(1, '\0')}) {
        auto one = mail();
        one.recipient = "alice@example.com>" + end + "Bcc: <mallory@example.com";
        EXPECT_THROW(message_text(one, "shop@example.com"), chassis::messaging::Permanent);
        auto other = mail();
        other.subject = "Your receipt" + end + "Bcc: mallory@example.com";
        EXPECT_THROW(message_text(other, "shop@example.com"), chassis::messaging::Permanent);
        EXPECT_THROW(message_text(mail(), "shop@example.com" + end), chassis::messaging::Permanent);
    }
}

TEST(MessageTextTest, a_line_end_of_any_kind_in_the_body_is_one_line_end) {
    auto one = mail();
    one.body = "a\r\nb\nc";
    EXPECT_THAT(message_text(one, "shop@example.com"), testing::EndsWith("\r\n\r\na\r\nb\r\nc"));
}

}  // namespace

}  // namespace notification
