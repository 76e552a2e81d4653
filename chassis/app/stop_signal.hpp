// Waits for SIGTERM or SIGINT. A second one ends the process at once.
#pragma once

namespace chassis::app {

class StopSignal {
  public:
    /// From here on the signals no longer end the process by themselves. One at a time.
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// Blocks until one comes; gives its number.
    int wait();

  private:
    int event_;
};

/// The listening socket that a supervisor has handed over (sd_listen_fds(3)), or -1. The variables are taken out of the
/// environment, so that no child takes the socket for its own.
int take_inherited_socket();

}  // namespace chassis::app
