"""What a newcomer lacks: an imitation of Microsoft Graph and of the sign-in service, and a PostgreSQL.

```python
with Sandbox(users=50, sign_ins=500, seed=7) as sandbox:
    sandbox.settings           # point a tap at it
    sandbox.faults.next("throttled", times=2, path="/users", retry_after="0.1")
    sandbox.tenant.pass_days(1)
```
"""

from sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]
