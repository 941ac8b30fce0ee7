// The tables of "Networks": training steps of seegrad and of libtorch on one core, from the same first weights with the same batch
// (the first five losses must agree to 1e-4), then two threads, predictions, memory, and epochs of real training.

#include "../scalar/measure.hpp"
#include "tables.hpp"

#include <CLI/CLI.hpp>

auto main(int argc, char** argv) -> int {
  bench::choice c;
  CLI::App app{"Training steps and predictions of networks, beside libtorch."};
  app.add_option("--only", c.only, "rows with this in their name");
  app.add_option("--rounds", c.rounds, "of which the median is taken");
  app.add_flag("--alone", c.alone, "the steps without libtorch, and nothing else, to profile them");
  CLI11_PARSE(app, argc, argv);
  if (!c.alone) bench::table_of_threads(c);  // before settle() keeps to one core
  bench::settle();
  const bool agree = bench::table_of_steps(c);
  if (c.alone) return 0;
  bench::table_of_predictions(c);
  bench::table_of_memory(c);
  if (c.only.empty()) bench::table_of_epochs(c);
  return agree ? 0 : 1;
}
