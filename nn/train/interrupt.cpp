#include <nn/train/interrupt.hpp>

#include <autodiff/array/system.hpp>
#include <csignal>

namespace seegrad::nn::detail {
namespace {

volatile std::sig_atomic_t noted = 0;
int watching = 0;

extern "C" void note_interrupt(int);

#ifdef SEEGRAD_POSIX
struct sigaction before;
auto restore() -> void { sigaction(SIGINT, &before, nullptr); }
auto watch() -> void {
  struct sigaction mine {};
  mine.sa_handler = note_interrupt;
  mine.sa_flags = SA_RESTART;
  sigemptyset(&mine.sa_mask);
  sigaction(SIGINT, &mine, &before);
}
#else
void (*before)(int) = SIG_DFL;
auto restore() -> void { std::signal(SIGINT, before); }
auto watch() -> void { before = std::signal(SIGINT, note_interrupt); }
#endif

extern "C" void note_interrupt(int) {
  noted = 1;
  restore();
}

}  // namespace

interrupt_watch::interrupt_watch() {
  if (watching++ > 0) return;
  noted = 0;
  watch();
}

interrupt_watch::~interrupt_watch() {
  if (--watching == 0) restore();
}

auto interrupt_watch::interrupted() const -> bool { return noted != 0; }

}  // namespace seegrad::nn::detail
