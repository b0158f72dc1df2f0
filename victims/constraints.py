"""What the database itself holds true of money for assistance."""

from core.tenancy import Sql

#: What an item takes of its fund: what is planned while it is under way, afterwards what was really paid.
HELD = "CASE WHEN state = 'planned' THEN planned ELSE paid END"


class WithinBudget(Sql):
    """What is set aside and paid from a fund never passes its budget, whoever writes at the same moment.

    The fund's row is held while the sum is taken, so of two people who spend the last of it one is refused.
    """

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        body = f"""
        DECLARE budget numeric; held numeric; wanted uuid;
        BEGIN
            IF TG_TABLE_NAME = 'fund' THEN
                IF NEW.currency <> OLD.currency THEN
                    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_keeps_its_currency',
                        MESSAGE = 'fund_keeps_its_currency';
                END IF;
                wanted := NEW.id;
            ELSE
                wanted := NEW.fund_id;
            END IF;
            SELECT amount INTO budget FROM fund WHERE id = wanted FOR NO KEY UPDATE;
            SELECT coalesce(sum({HELD}), 0) INTO held FROM "{table}" WHERE fund_id = wanted;
            IF held > budget THEN
                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{self.name}', MESSAGE = '{self.name}';
            END IF;
            RETURN NULL;
        END
        """  # noqa: S608  names of ours alone
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$",
            f'CREATE TRIGGER {self.name} AFTER INSERT OR UPDATE OF planned, paid, state, fund_id ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            f"CREATE TRIGGER {self.name} AFTER UPDATE ON fund FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]

    def undo(self, table: str) -> list[str]:
        return [
            f"DROP TRIGGER IF EXISTS {self.name} ON fund",
            f'DROP TRIGGER IF EXISTS {self.name} ON "{table}"',
            f"DROP FUNCTION IF EXISTS {self.name}()",
        ]


class AddsUp(Sql):
    """What an item says was paid is the sum of its payments; each payment adds itself."""

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        adds = """
        BEGIN
            UPDATE support_item SET paid = paid + NEW.amount WHERE id = NEW.item_id;
            RETURN NULL;
        END
        """
        agrees = f"""
        BEGIN
            IF NEW.paid <> (SELECT coalesce(sum(amount), 0) FROM "{table}" WHERE item_id = NEW.id) THEN
                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{self.name}', MESSAGE = '{self.name}';
            END IF;
            RETURN NULL;
        END
        """  # noqa: S608  names of ours alone
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body${adds}$body$",
            f"CREATE FUNCTION {self.name}_agrees() RETURNS trigger LANGUAGE plpgsql AS $body${agrees}$body$",
            f'CREATE TRIGGER {self.name} AFTER INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION {self.name}()',
            f"CREATE TRIGGER {self.name} AFTER INSERT OR UPDATE OF paid ON support_item FOR EACH ROW "
            f"EXECUTE FUNCTION {self.name}_agrees()",
        ]

    def undo(self, table: str) -> list[str]:
        return [
            f'DROP TRIGGER IF EXISTS {self.name} ON "{table}"',
            f"DROP TRIGGER IF EXISTS {self.name} ON support_item",
            f"DROP FUNCTION IF EXISTS {self.name}()",
            f"DROP FUNCTION IF EXISTS {self.name}_agrees()",
        ]
