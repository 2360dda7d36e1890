"""Every code of a finding in a question bank: `codesuite check` lists them beside its own, in docs/checks.md."""

from __future__ import annotations

from sim.formats.check.codes import Code, codes_of

KIND = "Question banks"
SOURCE = "docs/quiz.md"

_ROWS = """
001 the wrong kind of value: A mapping, list or text is due, and something else stands there.
002 something is missing: The entry needs that key.
003 a key that is not known: Nothing would come of it.
010 cannot be read: The operating system does not give the file.
011 not one of the words: Only a few words may stand there.
012 not of that form: An id, a topic, a link or a path of a change is written in one way only.
013 too short: A stem, a reason or an explanation of a few letters tells nobody anything.
014 a number out of range: Such as a difficulty, which goes from 1 to 5.
015 not a date: Dates are written like 2026-11-23.
016 too few entries: The list needs more of them.
021 an id twice: What a learner has answered is kept by the id of the question.
022 no such type of question: The table of types names them.
030 dated, and nothing says so: What does not hold any more needs a note and a source.
031 no successor: A question whose answer has changed names the one that holds now.
032 a successor that is not there: It must be a question of the same bank.
033 another number of right options: One is right, with several `choose` says how many.
034 not two options: A statement is true or false.
035 a misconception of what is right: Only who errs has one.
036 a misconception that is not explained: The top of the bank says what each name means.
037 a key twice: Answers are kept by the keys of options, items and pairs.
038 not an item above: `after` names items that stand above this one.
039 a near miss that is right: Its value counts as right.
040 a change at a place that nobody may edit: A solution, or a wrong edit, changes what `edit` names.
041 a claim too many or too few: A proof has one claim for each option.
042 a proof without a value: The answer itself comes from the run.
043 not JMESPath: The expression cannot be read.
050 a reference that leads nowhere: The project's own pages have no such file or section.
051 a day in the future: It says when somebody looked whether the answer still holds.
052 no such line of the course: The text of the course has fewer.
053 a scenario that cannot be read: Without it the question has no world.
054 a change that fits nowhere: The scenario has nothing at that path.
055 no such family: The folder of the families names them.
056 a status that never is: Statuses are AWS's own, with their capital letters.
057 a scenario that cannot run: With the changes of the question it breaks the grammar of scenarios.
058 a reference that finds nothing: No answer of the run has that name.
059 a name that no result has: The expression can never come true, or says nothing; docs/result.md lists the names.
060 an expression that asks nothing: It comes to the same whatever happens in the run.
201 no such task: The guide of the exam has no task of that number that this quiz covers.
202 no whole sentence: A stem ends with a question mark or a full stop.
203 a negative question: It is easily misread.
204 an article at the end: It fits only some of the options.
205 a topic of its own: No other question of the bank is about it, so it may be a slip of the pen.
210 a long right option: Its length gives it away.
211 a short right option: Its shortness gives it away.
212 an option about others: Options come in another order each time.
213 an absolute word: Who knows nothing takes options with always and never for wrong.
214 full stops here and there: What looks different gives itself away.
215 no misconception: The best wrong options are what somebody believes.
216 too many options: People weigh a few only.
220 a misconception that nobody has: No option names it.
"""

CODES: dict[str, Code] = {code.code: code for code in codes_of("QB", SOURCE, _ROWS)}
