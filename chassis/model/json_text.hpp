// The pieces of JSON text (base/json_text.hpp) under the names by which codecs write them.
#pragma once

#include "chassis/base/json_text.hpp"

namespace chassis::model {

using base::append_json_integer;
using base::append_json_number;
using base::append_json_string;
using base::json_string;

}  // namespace chassis::model
