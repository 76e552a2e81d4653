// Text as a JSON string, for those who stand below model/ or write JSON by hand: logs, error bodies, spans.
//
//     std::string body = "{\"detail\":";
//     append_json_string(body, detail);
//     body += '}';
#pragma once

#include <string>
#include <string_view>

namespace chassis::base {

/// Appends `text` quoted and escaped (RFC 8259, section 7). What is not UTF-8 becomes U+FFFD, one for each byte, so the
/// result is always valid.
void append_json_string(std::string& out, std::string_view text);

}  // namespace chassis::base
