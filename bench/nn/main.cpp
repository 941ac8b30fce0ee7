// The tables of "Networks": training steps of seegrad and of libtorch on one core, from the same first weights with the same batch
// (the first five losses must agree to 1e-4), then two threads, predictions, memory, and epochs of real training.
//
//   nn_table [--only TEXT] [--rounds N] [--alone]     alone: the steps without libtorch, and nothing else, to profile them

#include "../scalar/measure.hpp"
#include "tables.hpp"

#include <cstring>

int main(int count, char** words) {
  bench::choice c;
  for (int i = 1; i < count; ++i) {
    if (!std::strcmp(words[i], "--alone")) c.alone = true;
    else if (i + 1 == count) break;
    else if (!std::strcmp(words[i], "--only")) c.only = words[++i];
    else if (!std::strcmp(words[i], "--rounds")) c.rounds = std::stoi(words[++i]);
  }
  if (!c.alone) bench::table_of_threads(c);  // before settle() keeps to one core
  bench::settle();
  const bool agree = bench::table_of_steps(c);
  if (c.alone) return 0;
  bench::table_of_predictions(c);
  bench::table_of_memory(c);
  if (c.only.empty()) bench::table_of_epochs(c);
  return agree ? 0 : 1;
}
