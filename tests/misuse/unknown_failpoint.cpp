// expect: this_failpoint_is_not_in_the_table
#include "chassis/base/failpoint.hpp"

void store() { chassis::failpoint("outbox.after_confrim"); }
