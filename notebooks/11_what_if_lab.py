# %% [markdown]
# # 11 The what-if lab
#
# One run of a scenario is one day with one luck. An engineer wants to know more: how long does it take *as a rule*? How often
# does it fail? What if we did it another way? In this notebook you let the simulator live through hundreds of days and
# compare. You need about 50 minutes.
#
# **You will be able to**
#
# - say how sure a number is, and how many runs you need for it;
# - choose a deployment configuration by what it costs and what it risks;
# - find the bottleneck of a pipeline, and say what it would bring to remove it;
# - tell a real difference from luck;
# - ask such questions from the command line, for a template of your own.
#
# Some words first:
#
# - A **replication** is one run of a scenario with a luck of its own (its *seed*).
# - A **metric** is one number that is taken from each run, such as the time a deployment took.
# - A **variant** is the scenario with something changed: another configuration, more pushes.
# - An **interval** of 95% is where the true mean lies, if you are right in 95 of 100 such statements.
#
# In every part: **predict**, write your guess down, run the cell, then click *After the run*: what happened stands folded
# there.

# %% [markdown]
# ## One run tells little
#
# Ten instances get a new revision, half of them at a time. In 2 of 100 cases the last check of an instance
# (`ValidateService`) fails. Five instances must stay healthy.
#
# **Predict**: how long does the deployment take? How much longer is a slow one than a quick one?

# %%
# %matplotlib inline
import pandas as pd

from sim import run, whatif

for seed in range(1, 6):
    (deployment,) = run("ten-instances", seed=seed).result()["deployments"]
    print(
        f"seed {seed}: {deployment['ended'] - deployment['started']:.0f} s, {deployment['status']}"
    )

# %% [markdown]
# Five runs, five numbers. `whatif` makes as many as you like and takes the metrics from each:

# %%
many = whatif(
    "ten-instances",
    replications=400,
    metrics=["deployment_time", "deployment_fails", "minimum_healthy"],
)
columns = ["metric", "unit", "n", "mean", "low", "high", "p10", "p50", "p90"]
many.summary[columns].round(3)

# %%
_ = many.plot.distribution("deployment_time")
# %% [markdown]
# How to read it:
#
# - `low` to `high` is the interval of the **mean**. With 400 runs it is narrow.
# - `p10` to `p90` is where 8 of 10 **runs** lie. It says how much one deployment differs from another, and it does not get
#   narrower with more runs.
#
# <details><summary>After the run: what happened</summary>
#
# - The steps of the picture: a run in which an instance fails needs a further batch, and takes longer.
# - `deployment_fails` was never true. That does not mean that it cannot happen: `high` says that up to 1 in 100 would
#   still fit what we saw.
#
# </details>
#
# ### How many runs are enough?
#
# **Predict**: you make 16 times as many runs. How much narrower does the interval become?

# %%
widths = {}
for replications in [25, 400]:
    few = whatif("ten-instances", replications=replications, metrics=["deployment_time"])
    interval = few.interval(0, "deployment_time")
    widths[replications] = interval.high - interval.low
pd.Series(widths, name="width of the interval (s)").round(2)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Four times narrower: the width goes with the square root of the number of runs. Half the width costs four times the
# work.
#
# </details>
#
# You can also say how narrow it has to be, and let the simulator find out how many runs that takes:

# %%
precise = whatif("ten-instances", metrics=["deployment_time"], until_precision=0.02)
print(
    precise.numbers.replications, "runs until the interval reaches 2% of the mean to either side"
)

# %% [markdown]
# ## All at once, half, or one at a time?
#
# Three configurations for the same fleet. Now the check fails in 5 of 100 cases.
#
# **Predict**, for each of the three:
#
# 1. How long does a deployment take?
# 2. How often does it fail as a whole?
# 3. How many instances serve at the worst moment?

# %%
CONFIG = "Resources.Group.Properties.DeploymentConfigName"
CONFIGS = [
    "CodeDeployDefault.AllAtOnce",
    "CodeDeployDefault.HalfAtATime",
    "CodeDeployDefault.OneAtATime",
]

ways = whatif(
    "ten-instances",
    {"behavior[0].fails": [0.05], CONFIG: CONFIGS},
    replications=200,
    metrics=["deployment_time", "deployment_fails", "minimum_healthy", "capacity_lost"],
)
table = ways.summary.pivot(index="metric", columns="variant", values="mean")[ways.labels]
table.columns = ways.names
table.round(2)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `OneAtATime` is the gentlest to your users and fails by far the most often: it keeps nine of ten healthy, so the first
# instance that fails ends it, unless it is the last one.
#
# </details>
#
# Can that be worked out? With `OneAtATime` nine checks must go well:

# %%
print(f"worked out: {1 - 0.95**9:.3f}")
found = ways.interval(2, "deployment_fails")
print(f"simulated:  {found.estimate:.3f}, between {found.low:.3f} and {found.high:.3f}")

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# `AllAtOnce` fails as a whole only when *all* instances fail. `Succeeded` does not mean that every instance works: it means
# that enough of them do.
#
# </details>
#
# ### What your users see
#
# The picture shows how many instances serve while the deployment goes on. The line is the median; in the dark band lie
# half of the runs, in the light band 8 of 10.

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(3, 1, figsize=(9, 8), layout="constrained")
for variant, ax in enumerate(axes):
    ways.plot.fan(variant, ax)

# %% [markdown]
# ### Cost against risk
#
# `capacity_lost` counts instance-seconds: one instance that does not serve for ten seconds, or ten instances for one
# second. Each mark is a variant, with the interval of both numbers. The best place is the corner at the bottom left.
#
# **Predict** where the three marks lie.

# %%
_ = ways.plot.trade("capacity_lost", "deployment_fails")
# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Nobody sits in the corner: less risk of a failed deployment is paid with other things. What `capacity_lost` does not
# show is *when* it is lost: with `AllAtOnce` for half a minute nobody serves at all. Look at `minimum_healthy` too.
#
# </details>
#
# ### Exercise: a configuration of your own
#
# A team asks: at any moment at least **six** instances serve; a deployment takes less than **three minutes** on average;
# it fails in less than **5 of 100** cases, while a check still fails in 5 of 100. Choose the minimum of healthy hosts.

# %%
my_minimum = 9

mine = whatif(
    "ten-instances",
    [
        {
            "behavior[0].fails": 0.05,
            CONFIG: {"Ref": "Mine"},
            "Resources.Mine": {
                "Type": "AWS::CodeDeploy::DeploymentConfig",
                "Properties": {
                    "MinimumHealthyHosts": {"Type": "HOST_COUNT", "Value": my_minimum}
                },
            },
        }
    ],
    replications=200,
    metrics=["minimum_healthy", "deployment_time", "deployment_fails"],
)
mine.expect(
    "summary[?metric == 'minimum_healthy'].min | [0] >= `6`",
    "summary[?metric == 'deployment_time'].mean | [0] < `180`",
    "summary[?metric == 'deployment_fails'].mean | [0] < `0.05`",
    hint="with a minimum of m, 10 - m instances are out of service together, and 10 - m may fail",
)

# %% [markdown]
# ## The same luck for all
#
# How can 200 runs tell two configurations apart, when single runs differ so much? All variants live through the **same
# luck**: replication 17 has the same seed in each, and an instance whose check fails in one fails in the others too. So
# runs are compared in pairs.
#
# **Predict**: we compare `AllAtOnce` with `HalfAtATime` once with the same luck and once with different luck. Which
# comparison is more exact?

# %%
from sim.experiments.statistics import mean_interval

HALF, ALL = "CodeDeployDefault.HalfAtATime", "CodeDeployDefault.AllAtOnce"
common = whatif("ten-instances", {CONFIG: [ALL, HALF]}, 100, ["capacity_lost"])
other = whatif("ten-instances", {CONFIG: [HALF]}, 100, ["capacity_lost"], seed=5_000)

pairs = zip(other.values(0, "capacity_lost"), common.values(0, "capacity_lost"), strict=True)
apart = mean_interval([one - two for one, two in pairs])
print(
    common.differences[["difference", "low", "high", "clear", "correlation"]]
    .round(2)
    .to_string(index=False)
)
print(f"with other luck: {apart.estimate:.2f}, from {apart.low:.2f} to {apart.high:.2f}")

# %% [markdown]
# *Clear* means that the interval leaves 0 out.
#
# <details><summary>After the run: what happened</summary>
#
# The comparison with the same luck: its interval is the narrower one, and it leaves 0 out. What both runs of a pair have in
# common falls out, and the difference is left. With other luck the same number of runs does not show it.
#
# </details>
#
# Two warnings:
#
# - A difference that is not clear is not "no difference": you may only have too few runs.
# - At 95%, one of twenty comparisons is clear by chance. Who tries many things finds something.

# %% [markdown]
# ## What happens at forty commits a day?
#
# Now a whole pipeline, and a day of eight hours. Alice pushes every hour, every 20 minutes, or every 8 minutes on average.
#
# **Predict**: what becomes of the lead time (from a push to the end of the release that brought it out)? Which part of the
# executions is *superseded*, that is, a newer one takes its place while it waits?

# %%
EVERY = [{"exponential": "60m"}, {"exponential": "20m"}, {"exponential": "8m"}]
days = whatif(
    "busy-day",
    {"timeline[0].every": EVERY},
    replications=20,
    metrics=[
        "lead_time",
        "execution_time",
        "superseded",
        "waiting",
        "build_utilisation",
        "cost_usd",
    ],
)
table = days.summary.pivot(index="metric", columns="variant", values="mean")[days.labels]
table.columns = days.names
table.round(3)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# - `execution_time` changes little. `superseded` and `waiting.lock` (waiting in front of a stage that is in use)
#   grow: pushes come quicker than the stages work.
# - `lead_time` may even become *shorter* with more pushes. In this scenario about one execution in five fails. What a
#   failed one should have brought comes with the next one that works, and with many pushes the next one is not far. That
#   is one reason why teams release often.
# - A day costs more with more pushes, but not eight times as much.
#
# </details>
#
# The means differ; do the days?

# %%
_ = days.plot.distribution("lead_time")
# %% [markdown]
# ## Is the approval the bottleneck?
#
# In the scenario `approval-day` bob must say yes to each release. He looks at it after half an hour on average.
#
# **Predict**: a release takes about five minutes of work. How long is the lead time? What would it bring if bob answered
# in ten minutes? If nobody had to ask him?

# %%
ANSWERS = ["0s", {"exponential": "10m"}, {"exponential": "30m"}]
asked = whatif(
    "approval-day",
    {"behavior[0].takes": ANSWERS},
    replications=20,
    metrics=["lead_time", "execution_time", "waiting", "superseded"],
)
_ = asked.plot.side_by_side("lead_time")
# %% [markdown]
# Where does the time go? `bottlenecks` follows the **critical path** of each execution: beginning at its end, it asks again
# and again what was waited for. It compares the slowest tenth of the days with ordinary ones.

# %%
from sim.experiments.bottlenecks import bottlenecks

HALF_AN_HOUR = len(ANSWERS) - 1
rows = bottlenecks(asked, "execution_time", HALF_AN_HOUR)
pd.DataFrame(
    [(row.what, row.cause, row.slow, row.usual, row.difference) for row in rows[:6]],
    columns=["what", "cause", "slowest days (s)", "usual (s)", "difference (s)"],
).round(1)

# %%
_ = asked.plot.slowest("execution_time", HALF_AN_HOUR)
# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Waiting for bob is longer than everything else together, and most of the waiting in front of `Release` is there because
# somebody else's release stands before bob. A faster build would bring hardly anything: **speed up what is waited for**.
#
# </details>
#
# One execution of one day, from its push to its end:

# %%
_ = asked.plot.path(HALF_AN_HOUR, replication=1, root=1)
# %% [markdown]
# ### Exercise: how quick must bob be?
#
# The team wants a mean lead time of less than 25 minutes. It keeps the approval. How soon must bob answer, on average? Find
# the longest time (in steps of 5 minutes) that still does it.

# %%
answer = 120  # minutes

quick = whatif(
    "approval-day",
    {"behavior[0].takes": [{"exponential": f"{minutes}m"} for minutes in (answer, answer + 5)]},
    replications=20,
    metrics=["lead_time", "superseded"],
)
quick.expect(
    "summary[?metric == 'lead_time'].mean | [0] < `1500`",
    "summary[?metric == 'lead_time'].mean | [1] >= `1500`",  # five minutes more are too many
    hint="with an answer after 30 minutes the lead time was far more than 30 minutes: try less than half of that",
)

# %% [markdown]
# ## A metric of your own
#
# A metric is a function that gets one run and gives a number. `run.record` is the journal of the run: every entity with its
# status and times. This one counts the instances that were **skipped**: the deployment ended before it reached them.


# %%
def skipped(run):
    """Instances that the deployment did not reach."""
    return sum(target.status == "Skipped" for target in run.record.of_kind("target"))


reached = whatif("ten-instances", {"behavior[0].fails": [0.05], CONFIG: CONFIGS}, 100, [skipped])
reached.summary[["mean", "low", "high"]].set_index(pd.Index(reached.names)).round(2)

# %% [markdown]
# ### Exercise: count the failed instances
#
# Write `failed_instances`: how many instances failed in a run. **Predict** first: ten instances, each fails in 5 of 100
# cases, all at once. What is the mean?


# %%
def failed_instances(run):
    """Instances whose part of the deployment failed."""
    return 0


counted = whatif(
    "ten-instances", {"behavior[0].fails": [0.05], CONFIG: [ALL]}, 200, [failed_instances]
)
counted.expect(
    "summary[0].mean > `0.3`",
    "summary[0].mean < `0.7`",
    "summary[0].min == `0`",
    "summary[0].max > `1`",
    hint="the status of a target that failed is 'Failed'",
)

# %% [markdown]
# <details><summary>After the run: what happened</summary>
#
# Ten times 0.05 is 0.5: half a failed instance in each run, on average.
#
# </details>
#
# ## Try it by hand
#
# Before you let hundreds of runs go, look at single ones. Move the controls, run, and read what changed and why. (The
# controls need JupyterLab; the scenario's text below them can be copied and given to `codesuite run`.)

# %%
from sim.widgets import ScenarioLab

lab = ScenarioLab(
    "ten-instances",
    {
        "behavior[0].fails": (0.0, 0.5),
        "Resources.Fleet.Properties.Count": (1, 20),
        CONFIG: CONFIGS,
    },
)
lab.view()

# %% [markdown]
# ## From the command line
#
# The same questions need no Python. In a terminal:
#
# ```sh
# codesuite whatif approval-day --vary "behavior[0].takes=0s,{exponential: 10m},{exponential: 30m}" --metric lead_time
# codesuite whatif ten-instances --vary "behavior[0].fails=0.01,0.05" --until-precision 5% --plot checks.png
# codesuite whatif my-scenario.yml --vary parameters.FleetSize=4,8 --replications 1000 --jobs 2 --results sizes.jsonl
# ```
#
# `--jobs 2` uses two processors. `--results` keeps every run in a file: if the computer goes off in the night, the same
# command goes on where it stood. Several `--vary` make every combination. A template that you have on AWS needs only a
# short scenario beside it, which says what happens: `codesuite whatif --metrics` lists what can be measured.
# A path with brackets stands in quotes: some shells would look for files of that name. Below its tables the command warns
# of what changes nothing, such as a path that is spelled wrongly.
#
# What the numbers are worth: the intervals say how much **luck** is left. They do not say that your build really takes 40
# seconds. Measure your own times on AWS and write them into `behavior:`; `codesuite run SCENARIO --assumptions` lists the
# times that nobody has measured.

# %% [markdown]
# ## Quiz

# %%
from quizzes.widget import quiz

quiz(
    ids=[
        "inplace-75-percent-of-ten",
        "inplace-three-at-a-time",
        "inplace-how-many-serve",
        "pipeline-superseded-middle",
        "pipeline-approval-holds-stage",
        "operations-change-failure",
        "operations-faster-deployment",
    ]
)
