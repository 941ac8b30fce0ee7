#pragma once
// A guard in the files of programs: `< 1 slot 3 number 0.5 0 the guard 0: x < 0.5`, which is what was asked, the answer, of what, its number and text.

#include <autodiff/run/comparison.hpp>
#include <autodiff/run/file_lines.hpp>
#include <autodiff/run/question.hpp>

namespace seegrad::detail::run {

/// `text_of(subject, slot)` says which slot. Throws, in the name of `who`, for a question that is no comparison.
template <class Text>
auto question_words(const question& q, std::string_view who, Text text_of) -> std::string {
  if (!comparison_named(q.asked.question))
    throw error(fmt::format("{}: {}: only comparisons can be written to a file", who, q.text));
  const auto subject = [&](const guard::subject& n, slot s) {
    return s == no_slot ? fmt::format("number {}", n.number) : "slot " + text_of(n, s);
  };
  auto text = q.text;
  std::ranges::replace(text, '\n', ' ');
  return fmt::format("{} {} {} {} {} {}", q.asked.question, q.asked.answer != 0 ? 1 : 0, subject(q.asked.first, q.first),
                     subject(q.asked.second, q.second), q.number, text);
}

/// `slot_of(subject)` reads which slot, and what else there is to say of it.
template <class Slot>
auto read_question(file_lines& from, Slot slot_of) -> question {
  const auto name = from.word("the question");
  const auto* c = comparison_named(name);
  if (!c) from.wrong(fmt::format("a guard asks \"{}\", which is no comparison", name.substr(0, 40)));
  const auto subject = [&](guard::subject& s) -> slot {
    if (from.skip("number")) return s.number = from.number<double>("what a guard asks of"), no_slot;
    if (!from.skip("slot")) from.wrong("a guard asks of a slot or of a number");
    s.is_node = true;
    return slot_of(s);
  };
  question q{};
  q.asked.question = c->question, q.asked.ask = c->ask, q.asked.file = "";
  q.asked.answer = from.number<int>("the answer") != 0;
  q.first = subject(q.asked.first), q.second = subject(q.asked.second);
  q.number = from.number<std::size_t>("the guard's number");
  q.text = from.rest();
  return q;
}

}  // namespace seegrad::detail::run
