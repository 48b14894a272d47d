class MyPlugin:
    def __init__(self, context):
        self.config = context.get_service('config')

    def disable_security_feature(self):
        # DANGEROUS: Overwriting a core security setting
        self.config.set('security.waf.enabled', False)
        print("Web Application Firewall has been disabled by MyPlugin.")
