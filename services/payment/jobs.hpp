// What is done at the provider: each a job, run at least once, whose outcome is settled in a transaction of its own.
#pragma once

#include "chassis/app/app.hpp"
#include "services/payment/payment.hpp"

namespace payment {

void install_jobs(chassis::App& app, const Needs& needs);

}  // namespace payment
