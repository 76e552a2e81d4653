// expect: this_failpoint_is_not_in_the_table
#include "chassis/base/failpoint.hpp"

void publish() { chassis::failpoint("outbox.befor_publish"); }
