// The broker service as a process on a socket of the test's own, with its log in a folder of its own.
//
//     BrokerProcess process;
//     EmbeddedBroker broker(client, process.settings());
//     process.kill();
//     process.start();          // the same address, the same log
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "chassis/database/temporary_database.hpp"
#include "chassis/messaging/embedded_broker.hpp"

class BrokerProcess {
  public:
    /// Started, with more settings as "NAME=value".
    explicit BrokerProcess(std::vector<std::string> environment = {});
    ~BrokerProcess();
    BrokerProcess(const BrokerProcess&) = delete;
    BrokerProcess& operator=(const BrokerProcess&) = delete;

    void start(std::vector<std::string> environment = {});
    /// By SIGKILL.
    void kill();
    /// Until it ends by itself; gives the signal that ended it, or 0.
    int wait();

    chassis::messaging::EmbeddedBroker::Settings settings(std::string instance = "test") const;
    const chassis::database::TemporaryDatabase& file() const { return file_; }

  private:
    chassis::database::TemporaryDatabase file_;
    int listening_ = -1;
    std::uint16_t port_ = 0;
    pid_t pid_ = 0;
};
