"""`comity agreement`: check an agreement, show it, decide under it, prove it, change it."""

from comity.cli.lazy import Lazy

agreement = Lazy(
    "agreement",
    {
        "apply": "comity.cli.agreement.sign:apply",
        "cases": "comity.cli.agreement.cases:cases",
        "check": "comity.cli.agreement.show:check",
        "decide": "comity.cli.agreement.decide:decide_command",
        "explain": "comity.cli.agreement.decide:explain_command",
        "export": "comity.cli.agreement.export:export",
        "diff": "comity.cli.agreement.diff:diff_command",
        "mutate": "comity.cli.agreement.mutate:mutate_command",
        "prove": "comity.cli.agreement.prove:prove_command",
        "record": "comity.cli.agreement.record:record_command",
        "replay": "comity.cli.agreement.replay:replay",
        "show": "comity.cli.agreement.show:show",
        "sign": "comity.cli.agreement.sign:sign",
        "verify": "comity.cli.agreement.verify:verify_command",
        "versions": "comity.cli.agreement.sign:versions",
        "view": "comity.cli.agreement.view:view",
        "whatif": "comity.cli.agreement.replay:whatif",
    },
    help="Check, show and use an agreement.",
)
