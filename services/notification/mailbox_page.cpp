#include "services/notification/mailbox_page.hpp"

#include <string_view>

namespace notification {

namespace {

void append_escaped(std::string& page, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&':
                page += "&amp;";
                break;
            case '<':
                page += "&lt;";
                break;
            case '>':
                page += "&gt;";
                break;
            case '"':
                page += "&quot;";
                break;
            default:
                page += c;
        }
    }
}

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1d2129; background: #f6f7f9; }
article { background: #fff; border: 1px solid #dde1e6; border-radius: 8px; margin: 0 0 1rem; padding: 1rem 1.25rem; }
h2 { font-size: 1.05rem; margin: 0 0 .25rem; }
p { margin: 0; color: #5b6470; font-size: .9rem; }
pre { margin: .75rem 0 0; white-space: pre-wrap; font: .9rem/1.5 ui-monospace, monospace; }
</style>
</head>
<body>
<h1>Mailbox</h1>
)";

}  // namespace

std::string mailbox_page(std::span<const Mail> mails) {
    std::string page(head);
    if (mails.empty()) page += "<p>No mail yet.</p>\n";
    for (const auto& mail : mails) {
        page += "<article>\n<h2>";
        append_escaped(page, mail.subject);
        page += "</h2>\n<p>to ";
        append_escaped(page, mail.recipient);
        page += mail.sent_at ? ", sent " + chassis::base::to_rfc3339(*mail.sent_at) : std::string(", not sent yet");
        page += "</p>\n<pre>";
        append_escaped(page, mail.body);
        page += "</pre>\n</article>\n";
    }
    return page + "</body>\n</html>\n";
}

}  // namespace notification
