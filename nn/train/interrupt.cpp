#include <nn/train/interrupt.hpp>

#include <csignal>

namespace seegrad::nn::detail {
namespace {

volatile std::sig_atomic_t noted = 0;
struct sigaction before;
int watching = 0;

extern "C" void note_interrupt(int) {
  noted = 1;
  sigaction(SIGINT, &before, nullptr);
}

}  // namespace

interrupt_watch::interrupt_watch() {
  if (watching++ > 0) return;
  noted = 0;
  struct sigaction mine {};
  mine.sa_handler = note_interrupt;
  mine.sa_flags = SA_RESTART;
  sigemptyset(&mine.sa_mask);
  sigaction(SIGINT, &mine, &before);
}

interrupt_watch::~interrupt_watch() {
  if (--watching == 0) sigaction(SIGINT, &before, nullptr);
}

auto interrupt_watch::interrupted() const -> bool { return noted != 0; }

}  // namespace seegrad::nn::detail
